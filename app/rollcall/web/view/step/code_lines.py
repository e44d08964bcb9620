"""The code of one side: the line that just ran, and the one that runs next."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.step.moment import Moment
from rollcall.lectures.source_lines import SourceLine
from rollcall.web.view.words import number, one_line, plural

LINES_PRINTED = 4  # by one line of code
DIFFERS = "≠"
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
    differs: bool  # from all lines of the other side, where that has much the same code


@dataclass(frozen=True)
class CodeColumn:
    """As much of the code as there is room for."""

    lines: tuple[CodeLine, ...]
    where: str  # lines that are under way and wait for it


def code_column(moment: Moment, opposite: Moment | None = None) -> CodeColumn:
    """The lines around what happens.

    Args:
        moment: of the side that is shown.
        opposite: what the other side shows meanwhile.
    """
    before = 0
    shown = []
    own = _own_lines(moment, opposite)
    for line in moment.code:
        follows = line.number == before + 1 or not before
        shown.append(_told(line, moment, follows=follows, differs=line.text.strip() in own))
        before = line.number
    return CodeColumn(tuple(shown), _where(moment))


def _own_lines(moment: Moment, opposite: Moment | None) -> set[str]:
    """Those that the other side has not; none where the two have little in common."""
    if opposite is None:
        return set()
    here, there = _statements(moment), _statements(opposite)
    if 2 * len(here & there) < len(here):
        return set()
    return here - there


def _statements(moment: Moment) -> set[str]:
    lines = {line.text.strip() for line in moment.code}
    return {line for line in lines if line and not line.startswith("class ")}


def _told(line: SourceLine, moment: Moment, *, follows: bool, differs: bool) -> CodeLine:
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
        sign = DIFFERS if differs else ""
    return CodeLine(line, mark, sign, said, printed, follows, differs)


def _printed(text: str) -> tuple[str, ...]:
    lines = [one_line(line) for line in text.rstrip("\n").split("\n")]
    more = len(lines) - LINES_PRINTED
    if more > 0:
        lines = [*lines[:LINES_PRINTED], f"… {plural(more, 'line', 'lines')} more"]
    return tuple(lines)


def _where(moment: Moment) -> str:
    if not moment.callers:
        return moment.file
    lines = ", ".join(map(str, moment.callers))
    if moment.depth > len(moment.callers):
        lines = f"…, {lines}"
    where = f"called in lines {lines}"
    if len(moment.callers) == 1:
        where = f"called in line {lines}"
    if moment.file:
        return f"{moment.file}, {where}"
    return where
