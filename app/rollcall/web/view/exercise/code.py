"""The code of an exercise or of its solution, and the lines at which there is something to do."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.exercise.student_code import StudentCode
from rollcall.lectures.source_lines import SourceLine
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


def shown_code(code: StudentCode, next_check: CheckRow | None = None) -> ShownCode:
    """The first lines of a class; the line is marked at which the next check stops."""
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
        marks=_marks(code, next_check),
    )


def _marks(code: StudentCode, next_check: CheckRow | None) -> dict[int, Mark]:
    marks: dict[int, Mark] = dict.fromkeys(code.todo_lines, "todo")
    if next_check is None or next_check.line is None:
        return marks
    marks[next_check.line] = "hides"
    if next_check.verdict == "todo":
        marks[next_check.line] = "todo"
    return marks
