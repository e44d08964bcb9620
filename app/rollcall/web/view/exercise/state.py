"""How far an exercise got, in one word and a count."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.exercise.experiment import ExerciseSubject
from rollcall.web.view.words import one_or_many, plural

WORDS = {"todo": "TODO", "fail": "FAIL", "pass": "PASS"}
COLOURS: dict[str, Literal["none", "good", "bad"]] = {
    "todo": "none",
    "fail": "bad",
    "pass": "good",
}


@dataclass(frozen=True)
class StateLine:
    """The word that stands in large, and what it is followed by."""

    state: str
    word: str
    colour: Literal["none", "good", "bad"]
    count: str  # "3 of 12 checks pass"; "" where none was run
    against: str  # the layer of PyTorch's; "" where it is the solution
    left: str  # "TODO in line 11"; "" where none is left


def state_line(subject: ExerciseSubject) -> StateLine:
    """Of the exercise or of the solution itself."""
    total = len(subject.verdicts)
    count = ""
    if total:
        passes = one_or_many(total, "check passes", "checks pass")
        count = f"{subject.passed} of {total} {passes}"
    return StateLine(
        state=subject.state,
        word=WORDS[subject.state],
        colour=COLOURS[subject.state],
        count=count,
        against=_against(subject),
        left=_left(subject),
    )


def _against(subject: ExerciseSubject) -> str:
    if subject.layer_lines and subject.card.reference:
        return subject.card.reference
    return ""


def _left(subject: ExerciseSubject) -> str:
    if not subject.code or not subject.code.todo_lines:
        return ""
    numbers = subject.code.todo_lines
    if len(numbers) == 1:
        return f"TODO in line {numbers[0]}"
    return f"{plural(len(numbers), 'TODO', 'TODOs')}, the first in line {numbers[0]}"
