"""What one line of the pre-flight checklist found."""

from typing import Any, Literal

from rollcall.core.report import Raised, Report

Verdict = Literal["pass", "fail", "na"]


class CheckOutcome(Report):
    """What one line of the checklist found."""

    verdict: Verdict
    paths: tuple[str, ...] = ()  # who is in the way
    found: int | None = None
    wanted: int | None = None
    # the largest difference between two outputs; infinite where only one is a number
    apart: float | None = None
    returns_nothing: bool = False  # forward returns no tensor with numbers to compare
    answer: str = ""  # what a call answered, as Python writes it
    # in the optimizer and with a gradient, which was too small for a change, as before a batch norm
    idle: tuple[str, ...] = ()
    too_large: int | None = None  # modules of a model that has more than this line is asked for
    # the line could not be run to its end; with "na" this says nothing about the model
    raised: Raised | None = None


NOT_APPLICABLE = CheckOutcome(verdict="na")
NOTHING_TO_COMPARE = CheckOutcome(verdict="na", returns_nothing=True)


def judged(passes: bool, **detail: Any) -> CheckOutcome:
    """A verdict with what it rests on."""
    verdict: Verdict = "fail"
    if passes:
        verdict = "pass"
    return CheckOutcome(verdict=verdict, **detail)
