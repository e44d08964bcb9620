"""The words over a column whose mask was read, and the lines beside them."""

from dataclasses import dataclass

from rollcall.core.query import Mode
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.dropout.reason import reason
from rollcall.web.view.dropout.verdict import Verdict, verdict
from rollcall.web.view.numerals import NBSP, hundredths
from rollcall.web.view.sentence import Sentence, code, sentence, strong
from rollcall.web.view.words import number, whole


@dataclass(frozen=True)
class Headline:
    """What became of the mean, or of the input."""

    verdict: Verdict
    outcome: str
    lines: list[Sentence]


def headline(subject: DropoutSubject, mode: Mode) -> Headline:
    """The outcome, why, and how much was dropped."""
    lines = [_why(subject, mode), _this_draw(subject)]
    if len(subject.dropped) > 1 and subject.place.training:
        lines.append(_all_draws(subject))
    return Headline(verdict(subject, mode), _outcome(subject, mode), lines)


def percent(fraction: float) -> str:
    """With one digit after the point."""
    return f"{100 * fraction:.1f} %"


def _outcome(subject: DropoutSubject, mode: Mode) -> str:
    if mode == "train" and subject.place.training:
        return f"{hundredths(subject.inputs[-1])} → {hundredths(subject.outputs[-1])}"
    if subject.identical:
        return "unchanged"
    if subject.dropped[-1]:
        return "still drops"
    return "changed"


def _why(subject: DropoutSubject, mode: Mode) -> Sentence:
    if mode == "train" and subject.place.training:
        return sentence("mean of input → mean of output")
    if mode == "eval" and not subject.identical:
        return sentence("after eval()")  # why, is told above the columns
    if not subject.identical:
        return reason(subject.place)
    if subject.place.training:
        return sentence("output = input")
    return sentence("output = input: ", code("training"), " is False")


def _this_draw(subject: DropoutSubject) -> Sentence:
    count = f"{number(subject.dropped[-1])} of {number(subject.n_trials)}"
    dropped = " dropped: "
    if subject.by_channel:
        dropped = " channels dropped: "
    share = strong(percent(subject.fraction))
    return sentence(strong(count), dropped, share, _expected(subject, 1))


def _all_draws(subject: DropoutSubject) -> Sentence:
    draws = len(subject.dropped)
    share = strong(percent(subject.fraction_so_far))
    return sentence(f"{whole(draws, 'draw', 'draws')}: ", share, _expected(subject, draws))


def _expected(subject: DropoutSubject, draws: int) -> str:
    """p, and two standard deviations around it that a binomial expects."""
    if subject.p is None or subject.spread is None or not subject.place.training:
        return ""
    spread = 100 * subject.spread / draws**0.5
    return f" ({100 * subject.p:g}{NBSP}±{NBSP}{spread:.1f}{NBSP}%)"
