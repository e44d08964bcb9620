"""The pictures of the training page, and what is said of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.experiments.training.experiment import TrainingQuery, TrainingReport
from rollcall.experiments.training.report import TrainingSubject
from rollcall.web.view.chart import Chart
from rollcall.web.view.labels import shortened
from rollcall.web.view.numerals import significant
from rollcall.web.view.training.headline import Verdict, verdict
from rollcall.web.view.training_charts import Answers, answers, loss_curves
from rollcall.web.view.words import plural

ROOM = 11.8  # em beside the last step


@dataclass(frozen=True)
class AnswersPicture:
    """Answers over what was wanted."""

    drawn: Answers
    verdict: Verdict
    description: str
    numberless: str  # "3 NaN or inf"; "" where all are numbers


@dataclass(frozen=True)
class Line:
    """A loss, beside its curve."""

    name: str
    value: str
    verdict: Verdict


@dataclass(frozen=True)
class LossChart:
    """The losses of both models."""

    drawn: Chart
    title: str
    axis: str
    description: str
    lines: list[Line]


def answers_picture(subject: TrainingSubject, query: TrainingQuery) -> AnswersPicture | None:
    """None where the model gave no answer."""
    if not subject.answered:
        return None
    drawn = answers(subject.wanted, subject.answered)
    total = len(subject.answered)
    told = f"{plural(total, 'number', 'numbers')} of the answer"
    if drawn.off is not None:
        told += f", on average {significant(drawn.off)} off"
    numberless = ""
    if drawn.numberless:
        told += f"; {drawn.numberless} NaN or infinite"
        numberless = f"{drawn.numberless} NaN or inf"
    if drawn.numberless == total:
        numberless = "all NaN or inf"
    return AnswersPicture(
        drawn=drawn,
        verdict=verdict(subject, query),
        description=f"{told}. All would stand on the diagonal if they were right.",
        numberless=numberless,
    )


def loss_chart(report: TrainingReport) -> LossChart:
    """Both curves; of a model without a loss, its name alone.

    Where some inputs stay unseen, the loss on those is the curve, and the other a thin line.
    """
    subjects = (report.left, report.right)
    of, seen = "Mean squared error", []
    curves = [subject.losses for subject in subjects]
    if report.query.noise:
        of = "Mean squared error on unseen inputs, thin: on those that are trained on"
        curves, seen = [subject.unseen for subject in subjects], curves
    drawn = loss_curves(curves, report.query.steps, seen)
    scale, axis = "linear", "loss"
    if drawn.logarithmic:
        scale, axis = "logarithmic", "loss, log axis"
    return LossChart(
        drawn=drawn,
        title=f"{of}, {scale} axis",
        axis=axis,
        description=" ".join(_described(subject) for subject in subjects),
        lines=[
            _line(subject, curve, report.query)
            for subject, curve in zip(subjects, curves, strict=True)
        ],
    )


def _line(subject: TrainingSubject, curve: Sequence[float], query: TrainingQuery) -> Line:
    value = "no loss"
    if curve:
        value = significant(curve[-1])
    return Line(shortened(subject.card.said, ROOM), value, verdict(subject, query))


def _described(subject: TrainingSubject) -> str:
    name, losses = subject.card.said, subject.losses
    if not losses:
        return f"{name}: no loss."
    first, last = significant(losses[0]), significant(losses[-1])
    told = f"{name}: {first} before the first step, {last} after step {len(losses) - 1}."
    if subject.unseen:
        first, last = significant(subject.unseen[0]), significant(subject.unseen[-1])
        told += f" On unseen inputs {first} before, {last} after."
    return told
