"""What parameters() and buffers() would give at a moment."""

from dataclasses import dataclass

from rollcall.experiments.step.report import StepSubject
from rollcall.web.view.words import number, size

ROOM = 8  # tensors that are named


@dataclass(frozen=True)
class Tensor:
    """One of them."""

    path: str
    shape: str
    new: bool


@dataclass(frozen=True)
class RegisteredList:
    """Those that are named, and how many more there are."""

    tensors: tuple[Tensor, ...]
    more: str


def registered_list(subject: StepSubject) -> RegisteredList:
    """New ones first of all are among those that are named."""
    moment = subject.moment
    if moment is None:
        return RegisteredList((), "")
    told = [Tensor(t.path, size(t.shape), t.path in subject.gained) for t in moment.registered]
    shown = told[:ROOM]
    if any(each.new for each in told[ROOM:]):
        shown = told[-ROOM:]
    more = ""
    if moment.total > len(shown):
        more = f"and {number(moment.total - len(shown))} more"
    return RegisteredList(tuple(shown), more)
