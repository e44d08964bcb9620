"""Whether a dropout does what a dropout should."""

from typing import Literal

from rollcall.core.query import Mode
from rollcall.experiments.dropout.report import DropoutSubject

Verdict = Literal["good", "bad", "none"]


def verdict(subject: DropoutSubject, mode: Mode) -> Verdict:
    """Of a model whose mask was read: nothing changes in eval, and in training the mean is kept."""
    assert subject.cells
    if mode == "eval":
        return _good_if(subject.identical)
    if not subject.place.training and subject.p:
        return "bad"
    if subject.cells.all_nan:
        return "bad"
    if subject.keeps_mean is None:
        return "none"
    return _good_if(subject.keeps_mean)


def _good_if(true: bool) -> Verdict:
    if true:
        return "good"
    return "bad"
