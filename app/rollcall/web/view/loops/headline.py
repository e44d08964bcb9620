"""The number over a column of the page of two loops."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.loops.report import LoopSubject
from rollcall.web.view.loops.finding_words import told_of
from rollcall.web.view.words import number, one_or_many

Verdict = Literal["none", "good", "bad"]


@dataclass(frozen=True)
class Headline:
    """A large number and two short lines beside it."""

    count: str
    first: str
    second: str


def verdict(subject: LoopSubject) -> Verdict:
    """Good where nothing is found; nothing is said before the first step."""
    if subject.stopped or subject.too_many or subject.findings:
        return "bad"
    if not subject.shown or not subject.n_optimizer_steps:
        return "none"
    return "good"


def headline(subject: LoopSubject) -> Headline:
    """What ended it, else what is the matter first, else how much of it moved."""
    if subject.stopped:
        return Headline(f"batch {subject.shown}", f"{subject.stopped.type}", "ended the loop")
    if subject.too_many:
        return Headline(number(subject.shown), "batches, and no end:", "it was stopped there")
    if subject.findings:
        told = told_of(subject.findings[0], subject)
        return Headline(told.count, told.first, told.second)
    return _moved(subject)


def _moved(subject: LoopSubject) -> Headline:
    parameters = subject.parameters
    total = len(parameters)
    tensors = one_or_many(total, "tensor is", "tensors are")
    if not subject.shown:
        held = sum(tensor.in_optimizer for tensor in parameters)
        return Headline(f"{held} of {total}", f"{tensors} in the optimizer,", "no batch taken yet")
    if not subject.n_optimizer_steps:
        return Headline("0", "steps of an optimizer", "so far")
    moved = sum(tensor.changed for tensor in parameters)
    frozen = total - moved
    rest = "as they should"
    if frozen:
        rest = f"{frozen} {one_or_many(frozen, 'stays', 'stay')} as they were"
        if frozen == 1:
            rest = "1 stays as it was"
    return Headline(
        f"{moved} of {total}", one_or_many(total, "tensor moved,", "tensors moved,"), rest
    )
