"""What is said of a column without a mask: something else draws, or nothing does."""

from dataclasses import dataclass
from typing import Literal

from rollcall.core.query import Mode
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import all_of, one_or_many, plural

NOTHING_MOVES = "and no random generator moves."


@dataclass(frozen=True)
class WithoutMask:
    """Large words, and a sentence."""

    verdict: Literal["bad", "none"]
    outcome: str
    told: Sentence


def without_mask(subject: DropoutSubject, mode: Mode) -> WithoutMask:
    """Of a model that was run and shows no mask."""
    if subject.places:
        return _unreadable(subject, mode)
    if subject.silent:
        return WithoutMask("none", "draws nothing", _silent(subject, mode))
    return WithoutMask("none", "no dropout", _no_dropout(subject))


def _unreadable(subject: DropoutSubject, mode: Mode) -> WithoutMask:
    """Noise, an LSTM, attention: what it returned is not its input with some numbers dropped."""
    place = subject.place
    name = code(place.name)
    if not place.drew:
        quiet = " draws in training. In this forward it left every random generator where it was."
        return WithoutMask("none", "draws nothing", sentence(name, quiet))
    told = sentence(
        name,
        f" moved a random generator in {plural(place.calls, 'call', 'calls')}. ",
        "No mask can be read off what it returned: "
        "that is not its input with some numbers dropped.",
    )
    if mode == "eval":
        return WithoutMask("bad", "still draws", told)
    return WithoutMask("none", "draws", told)


def _silent(subject: DropoutSubject, mode: Mode) -> Sentence:
    n = len(subject.silent)
    draw = f" {one_or_many(n, 'draws', 'draw')} random numbers; "
    skips = f"after {mode}() its forward does not call {one_or_many(n, 'it', 'them')}."
    return sentence("In training ", all_of(subject.silent), draw, skips)


def _no_dropout(subject: DropoutSubject) -> Sentence:
    if not subject.modules:
        return sentence(f"Its forward calls no other module, {NOTHING_MOVES}")
    called = all_of(tuple(dict.fromkeys(subject.modules)))
    return sentence("Its forward calls ", called, f", {NOTHING_MOVES}")
