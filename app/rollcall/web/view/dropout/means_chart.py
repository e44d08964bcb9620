"""The means of the output, draw by draw, and the levels to which they may settle."""

from dataclasses import dataclass

from rollcall.experiments.dropout.experiment import DropoutReport
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.draws_chart import Means, Side, means
from rollcall.web.view.dropout.verdict import Verdict, verdict
from rollcall.web.view.labels import shortened
from rollcall.web.view.numerals import hundredths
from rollcall.web.view.words import plural

ROOM = 13.9  # em beside the last draw


@dataclass(frozen=True)
class Series:
    """One model's line."""

    number: int  # from 1
    side: Side
    verdict: Verdict
    name: str
    value: str


@dataclass(frozen=True)
class MeansChart:
    """The lines, and what is said of them."""

    drawn: Means
    series: list[Series]  # the first one last: it is drawn on top
    description: list[str]


def means_chart(report: DropoutReport) -> MeansChart:
    """Of the models whose masks were read; one at least."""
    subjects = [each for each in (report.left, report.right) if each.cells]
    outputs = [subject.outputs for subject in subjects]
    averages = [subject.averages for subject in subjects]
    drawn = means(outputs, averages, levels(report))
    series = []
    for number, (subject, side) in enumerate(zip(subjects, drawn.sides, strict=True), 1):
        series.append(
            Series(
                number=number,
                side=side,
                verdict=verdict(subject, report.query.mode),
                name=shortened(subject.card.said, ROOM),
                value=hundredths(subject.averages[-1]),
            )
        )
    series.reverse()
    return MeansChart(drawn, series, [_described(subject) for subject in subjects])


def levels(report: DropoutReport) -> dict[str, float]:
    """The mean of each input, and where a mean settles that is not kept."""
    found = {}
    for side, subject in (("left", report.left), ("right", report.right)):
        if subject.cells is None:
            continue
        which = f", {side}"
        if report.same_input:
            which = ""
        mean = subject.inputs[-1]
        found[f"input{which}"] = mean
        if subject.keeps_mean is False and subject.place.training:
            assert subject.p is not None
            found[f"(1 − p) × input{which}"] = (1 - subject.p) * mean
    return found


def _described(subject: DropoutSubject) -> str:
    draws = plural(len(subject.outputs), "draw", "draws")
    return f"{subject.card.said}: {hundredths(subject.averages[-1])} after {draws}."
