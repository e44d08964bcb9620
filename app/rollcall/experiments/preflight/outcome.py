"""What one line of the pre-flight checklist found."""

from typing import Any, Literal

from rollcall.core.report import Raised, Report
from rollcall.experiments.preflight.own_tensors import OwnTensor

Verdict = Literal["pass", "fail", "na"]
# forward returns no tensor with numbers; or it makes tensors of a type of its own, as by .float()
Reason = Literal["no output", "own type"]


class CheckOutcome(Report):
    """What one line of the checklist found."""

    verdict: Verdict
    paths: tuple[str, ...] = ()  # who is in the way
    found: int | None = None
    wanted: int | None = None
    # the largest difference between two outputs; infinite where only one is a number
    apart: float | None = None
    reason: Reason | None = None  # why a line does not apply, where the line alone does not say it
    answer: str = ""  # what a call answered, as Python writes it
    # in the optimizer and with a gradient, which was too small for a change, as before a batch norm
    idle: tuple[str, ...] = ()
    # what a forward that raised after a move had made elsewhere, or of another type
    own: tuple[OwnTensor, ...] = ()
    too_large: int | None = None  # modules of a model that has more than this line is asked for
    # the line could not be run to its end; with "na" this says nothing about the model
    raised: Raised | None = None


NOT_APPLICABLE = CheckOutcome(verdict="na")
NOTHING_TO_COMPARE = CheckOutcome(verdict="na", reason="no output")


def judged(passes: bool, **detail: Any) -> CheckOutcome:
    """A verdict with what it rests on."""
    verdict: Verdict = "fail"
    if passes:
        verdict = "pass"
    return CheckOutcome(verdict=verdict, **detail)
