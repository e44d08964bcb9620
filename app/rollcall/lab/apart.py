"""Each model in a call of its own: the two together brought no answer, or are shown live."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from rollcall.core.no_answer import NoAnswer
from rollcall.core.process.isolation.kept_from import PASSING
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.subject import Subject
from rollcall.lab.errors import LabError

Side = Literal["left", "right"]


async def each_alone(ask: Callable[[Side], Awaitable[Report]]) -> tuple[Report, Report] | Report:
    """Run both models alone; where only one of them answers, its report and why the other is empty.

    Args:
        ask: runs the experiment with the named column left out.

    Raises:
        LabError: neither answers.
    """
    left, right = await asyncio.gather(ask("right"), ask("left"), return_exceptions=True)
    if isinstance(left, LabError) and isinstance(right, Report):
        return _without("left", right, left)
    if isinstance(right, LabError) and isinstance(left, Report):
        return _without("right", left, right)
    for answer in (left, right):
        if isinstance(answer, BaseException):
            raise answer
    assert isinstance(left, Report)
    assert isinstance(right, Report)
    return left, right


def is_live(experiment: Experiment) -> bool:
    """Whether each model is recorded in a call of its own in any case."""
    return experiment.play is not None and experiment.play.live is not None


def recorded_without(experiment: Experiment) -> tuple[Side | None, ...]:
    """For each call that makes its recording, the column that is left out."""
    if is_live(experiment):
        return "right", "left"
    return (None,)


def joined(left: Report, right: Report) -> Report:
    """The columns of two reports that compare nothing."""
    return left.model_copy(update={"right": dict(right)["right"]})


def is_complete(report: Report, left_out: Side | None = None) -> bool:
    """Whether every model that was asked answered. If not, another try may bring more."""
    for side in ("left", "right"):
        if side == left_out:
            continue
        subject = getattr(report, side, None)
        if not isinstance(subject, Subject) or subject.raised is None:
            continue
        if isinstance(subject.raised, NoAnswer) or subject.raised.kept_from == PASSING:
            return False
    return True


def may_be_kept(packed: bytes) -> bool:
    """The same of a report as it came from the worker. In a text of a model's, a " has a \\."""
    return f'"kept_from":"{PASSING}"'.encode() not in packed


def _without(side: Side, report: Report, error: LabError) -> Report:
    subject = getattr(report, side)
    return report.model_copy(
        update={side: subject.model_copy(update={"raised": error.as_no_answer()})}
    )
