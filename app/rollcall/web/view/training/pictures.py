"""The pictures of the training page, and what is said of them."""

from dataclasses import dataclass

from rollcall.experiments.training.experiment import TrainingQuery, TrainingReport
from rollcall.experiments.training.report import TrainingSubject
from rollcall.web.view.chart import Chart
from rollcall.web.view.labels import shortened
from rollcall.web.view.numerals import significant
from rollcall.web.view.training.headline import Verdict, verdict
from rollcall.web.view.training_charts import Answers, answers, loss_curves
from rollcall.web.view.words import plural


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
    """Both curves; of a model without a loss, its name alone."""
    subjects = (report.left, report.right)
    drawn = loss_curves([subject.losses for subject in subjects], report.query.steps)
    scale, axis = "linear", "loss"
    if drawn.logarithmic:
        scale, axis = "logarithmic", "loss, log axis"
    return LossChart(
        drawn=drawn,
        title=f"Mean squared error, {scale} axis",
        axis=axis,
        description=" ".join(_described(subject) for subject in subjects),
        lines=[_line(subject, report.query) for subject in subjects],
    )


def _line(subject: TrainingSubject, query: TrainingQuery) -> Line:
    value = "no loss"
    if subject.losses:
        value = significant(subject.losses[-1])
    return Line(shortened(subject.card.class_name), value, verdict(subject, query))


def _described(subject: TrainingSubject) -> str:
    name, losses = subject.card.class_name, subject.losses
    if not losses:
        return f"{name}: no loss."
    first, last = significant(losses[0]), significant(losses[-1])
    return f"{name}: {first} before the first step, {last} after step {len(losses) - 1}."
