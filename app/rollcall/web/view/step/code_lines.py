"""The code of one side: the line that just ran, and the one that runs next."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.step.moment import Moment
from rollcall.lectures.source_lines import SourceLine
from rollcall.web.view.words import number, one_line, plural

LINES_PRINTED = 4  # by one line of code
MARKS = {"next": "▶", "ran": "✓", "": ""}

Mark = Literal["next", "ran", ""]


@dataclass(frozen=True)
class CodeLine:
    """One line."""

    line: SourceLine
    mark: Mark
    sign: str
    said: str  # behind it: which round it is
    printed: tuple[str, ...]  # below it
    follows: bool  # no line is left out before it


@dataclass(frozen=True)
class CodeColumn:
    """As much of the code as there is room for."""

    lines: tuple[CodeLine, ...]
    where: str  # lines that are under way and wait for it


def code_column(moment: Moment) -> CodeColumn:
    """The lines around what happens."""
    before = 0
    shown = []
    for line in moment.code:
        shown.append(_told(line, moment, follows=line.number == before + 1 or not before))
        before = line.number
    return CodeColumn(tuple(shown), _where(moment))


def _told(line: SourceLine, moment: Moment, *, follows: bool) -> CodeLine:
    mark: Mark = ""
    said = ""
    printed: tuple[str, ...] = ()
    first = moment.line
    if first is not None and first <= line.number <= (moment.last or first):
        mark = "next"
    if line.number == moment.ran and mark == "":
        mark = "ran"
    if line.number == moment.line and moment.round > 1:
        said = f"round {number(moment.round)}"
    if line.number == moment.ran and moment.printed:
        printed = _printed(moment.printed)
    sign = MARKS[mark]
    if line.number not in (moment.line, moment.ran):
        sign = ""
    return CodeLine(line, mark, sign, said, printed, follows)


def _printed(text: str) -> tuple[str, ...]:
    lines = [one_line(line) for line in text.rstrip("\n").split("\n")]
    more = len(lines) - LINES_PRINTED
    if more > 0:
        lines = [*lines[:LINES_PRINTED], f"… {plural(more, 'line', 'lines')} more"]
    return tuple(lines)


def _where(moment: Moment) -> str:
    if not moment.callers:
        return ""
    lines = ", ".join(map(str, moment.callers))
    if len(moment.callers) == 1:
        return f"called in line {lines}"
    return f"called in lines {lines}"
