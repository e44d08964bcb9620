"""The histogram of the fractions dropped, and what it is called."""

from dataclasses import dataclass

from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.draws_chart import Bars, bars
from rollcall.web.view.dropout.headline import percent
from rollcall.web.view.words import plural


@dataclass(frozen=True)
class CountsChart:
    """The bars, and the words in and about them."""

    bars: Bars
    title: str
    name: str
    description: str


def counts_chart(subject: DropoutSubject) -> CountsChart | None:
    """None where no p is known, or where nothing was and will be dropped."""
    p, spread, counts = subject.p, subject.spread, subject.histogram
    if p is None or spread is None or counts is None:
        return None
    if not subject.place.training and not any(subject.dropped):
        return None
    so_far, now = percent(subject.fraction_so_far), percent(subject.fraction)
    draws = plural(len(subject.dropped), "draw", "draws")
    return CountsChart(
        bars=bars(counts, subject.n_trials, p, spread, subject.dropped[-1]),
        title=f"Fraction dropped in {draws}",
        name=f"fraction dropped, {draws}",
        description=f"{so_far} in all; {now} in this draw. A binomial expects {p:g}.",
    )


def no_counts(subject: DropoutSubject) -> str:
    """Why there is no histogram; empty where the column says already that no mask was drawn."""
    if subject.passes_on:
        return ""
    if subject.place.training:
        return "No p is known to hold the draws against."
    return "No mask was drawn."
