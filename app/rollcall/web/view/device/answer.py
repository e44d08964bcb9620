"""What one forward answered where the model had been sent."""

from dataclasses import dataclass

from rollcall.core.report import Raised
from rollcall.experiments.device.report import Forward
from rollcall.web.view.table_cell import Kind


@dataclass(frozen=True)
class Answer:
    """The outputs, if nothing was raised."""

    kind: Kind
    mark: str
    outputs: str
    astray: bool  # not all are what was asked for
    raised: Raised | None = None
    unknown: Raised | None = None  # the simulation gave up


def answer(forward: Forward) -> Answer:
    """What the line under a headline says."""
    if forward.raised and forward.believable:
        return Answer("no", "", "", astray=False, raised=forward.raised)
    if forward.raised:
        return Answer("na", "", "", astray=False, unknown=forward.raised)
    outputs = ", ".join(f"{output.dtype} on {output.device}" for output in forward.outputs)
    outputs = outputs or "without a tensor"
    if forward.astray:
        return Answer("no", "◐", outputs, astray=True)
    return Answer("yes", "●", outputs, astray=False)
