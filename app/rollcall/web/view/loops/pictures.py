"""The curves of the page of two loops, and its player."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan

from rollcall.experiments.loops.experiment import LoopsQuery, LoopsReport
from rollcall.experiments.loops.report import LoopSubject
from rollcall.experiments.loops.watch import MOST_STEPS
from rollcall.web.view.axis import Frame
from rollcall.web.view.chart import LOG_FROM, Chart, chart
from rollcall.web.view.labels import shortened
from rollcall.web.view.loops.headline import Verdict, verdict
from rollcall.web.view.numerals import significant
from rollcall.web.view.steps_player import StepsPlayer, open_player, steps_player

CURVES = Frame(width=550, height=152, left=84, right=330, top=12, bottom=124)
ROOMS = (10, 20, 50, 100, MOST_STEPS)  # of steps, while nobody knows how many there will be
ROOM = 12.8  # em beside the last step
TITLE = "Mean squared error on held-out batches, thin: on each batch that is trained on"
OWN_ALONE = "The loss that each loop minimizes, on each batch"
OWN_TITLE = "Mean squared error on held-out batches, thin: the loss that each loop minimizes"


@dataclass(frozen=True)
class LossLine:
    """A loss, beside its curve."""

    name: str
    value: str
    verdict: Verdict


@dataclass(frozen=True)
class LoopChart:
    """The losses of both loops."""

    drawn: Chart
    title: str
    axis: str
    description: str
    lines: list[LossLine]


def loop_chart(report: LoopsReport) -> LoopChart:
    """Both curves; of a loop without a loss, its name alone."""
    subjects = (report.left, report.right)
    curves = [_curves(subject) for subject in subjects]
    held_out, trained = zip(*curves, strict=True)
    drawn = chart(
        held_out,
        _axis_end(report),
        _extent([*held_out, *trained]),
        frame=CURVES,
        thin=trained,
    )
    axis = "loss, log axis" if drawn.logarithmic else "loss"
    return LoopChart(
        drawn=drawn,
        title=_title(subjects),
        axis=axis,
        description=" ".join(map(_described, subjects)),
        lines=[_line(*each) for each in zip(subjects, held_out, strict=True)],
    )


def loop_player(report: LoopsReport, query: LoopsQuery) -> StepsPlayer:
    """From the step that is shown, or the last one that there is."""
    if report.ended:
        return steps_player(query, report.shown, report.shown)
    return open_player(query, report.shown, _axis_end(report), MOST_STEPS)


def _axis_end(report: LoopsReport) -> int:
    """The last step; while loops go on, as far as there is room for them."""
    if report.ended:
        return max(1, report.shown)
    return next(room for room in ROOMS if room > report.shown or room == ROOMS[-1])


def _title(subjects: Sequence[LoopSubject]) -> str:
    own = [subject for subject in subjects if subject.own_loss]
    if not own:
        return TITLE
    if all(loss is None for subject in own for loss in subject.held_out):
        return OWN_ALONE
    return OWN_TITLE


def _numbers(losses: Sequence[float | None]) -> list[float]:
    """NaN breaks the curve where there is none; no curve where there is nothing but that."""
    if all(loss is None for loss in losses):
        return []
    return [nan if loss is None else loss for loss in losses]


def _curves(subject: LoopSubject) -> tuple[list[float], list[float]]:
    """A bold one and a thin one. The loss of a batch stands where the step begins."""
    held_out, trained = _numbers(subject.held_out), _numbers(subject.losses)
    if not held_out:
        return trained, []
    return held_out, trained


def _extent(series: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """From 0, or from the smallest loss where one has exploded or is less than 0.

    None where there is no number.
    """
    numbers = [value for values in series for value in values if isfinite(value)]
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    first = next(value for values in series for value in values if isfinite(value))
    if high < LOG_FROM * first:
        low = min(low, 0.0)
    return low, high


def _line(subject: LoopSubject, curve: list[float]) -> LossLine:
    value = "no loss"
    if curve:
        value = significant(curve[-1])
    return LossLine(shortened(subject.card.said, ROOM), value, verdict(subject))


def _described(subject: LoopSubject) -> str:
    losses = [loss for loss in subject.held_out if loss is not None]
    name = subject.card.said
    if not losses:
        return _trained_alone(subject)
    first, last = significant(losses[0]), significant(losses[-1])
    return f"{name}: {first} before the first batch, {last} after batch {subject.shown}."


def _trained_alone(subject: LoopSubject) -> str:
    losses = [loss for loss in subject.losses if loss is not None]
    name = subject.card.said
    if not losses:
        return f"{name}: no loss."
    first, last = significant(losses[0]), significant(losses[-1])
    return f"{name}: {first} on the first batch, {last} on batch {subject.shown}."
