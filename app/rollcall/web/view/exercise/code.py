"""The code of an exercise or of its solution, and the lines at which there is something to do."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.exercise.experiment import ExerciseSubject
from rollcall.lectures.source_lines import Source, SourceLine
from rollcall.web.view.exercise.checks import CheckRow
from rollcall.web.view.words import plural

LINES = 150  # of a class, which are shown
Mark = Literal["todo", "hides"]  # to be written, or to blame


@dataclass(frozen=True)
class ShownCode:
    """A class as it stands in its file."""

    file: str
    where: str  # "lines 7 to 17"
    lines: tuple[SourceLine, ...]
    left_out: str  # what of a long class is not shown; "" where nothing is
    marks: dict[int, Mark]


def shown_code(subject: ExerciseSubject, next_check: CheckRow | None = None) -> ShownCode:
    """The first lines of a class; marked is what says TODO, and what the next check fails for."""
    code = subject.code
    assert code
    lines = [line for of_class in code.source.classes for line in of_class]
    left_out = ""
    if len(lines) > LINES:
        left_out = f"… {plural(len(lines) - LINES, 'line', 'lines')} left out"
    where = ""
    if lines:
        where = f"lines {lines[0].number} to {lines[-1].number}"
    return ShownCode(
        file=code.source.file,
        where=where,
        lines=tuple(lines[:LINES]),
        left_out=left_out,
        marks=_marks(subject, next_check),
    )


def _marks(subject: ExerciseSubject, next_check: CheckRow | None) -> dict[int, Mark]:
    assert subject.code
    marks: dict[int, Mark] = dict.fromkeys(subject.code.todo_lines, "todo")
    if next_check is None:
        return marks
    for number in _hiding(subject.source):
        marks[number] = "hides"
    if next_check.line is not None and next_check.verdict == "todo":
        marks[next_check.line] = "todo"
    elif next_check.line is not None:
        marks[next_check.line] = "hides"
    return marks


def _hiding(source: Source | None) -> list[int]:
    """The lines that hide something from PyTorch."""
    if source is None:
        return []
    return [line.number for lines in source.classes for line in lines if line.hides]
