"""The source of a model, as far as it fits: what matters in a long one, and what is around it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rollcall.experiments.subject import Subject
from rollcall.lectures.source_lines import Source, SourceLine
from rollcall.web.view.words import plural

LINES = 150  # of all classes together, which are shown whole
PATHS = 24  # that a line names where no tree says which are on the page
AROUND = 3  # lines that are shown around one that matters


@dataclass(frozen=True)
class Passage:
    """Neighbouring lines, and what is left out before them."""

    left_out: str  # "" where nothing is
    lines: tuple[SourceLine, ...]

    @property
    def unmarked(self) -> "Passage":
        """The same lines, of which none says that it hides something."""
        lines = [line.model_copy(update={"hides": ()}) for line in self.lines]
        return Passage(self.left_out, tuple(lines))


@dataclass(frozen=True)
class SourceColumn:
    """The source of one model."""

    side: str
    class_name: str
    file: str
    classes: list[list[Passage]]


def source_columns(report: Any, *, marked: bool = True) -> list[SourceColumn]:
    """The source of both models, as far as they have one.

    Unmarked, no line says that it hides something, which may be what is asked.
    """
    columns = []
    for side in ("left", "right"):
        subject: Subject = getattr(report, side)
        source = subject.source or Source(file="", classes=())
        shown = passages(source.classes, _named_first(source.classes))
        if not marked:
            shown = [[passage.unmarked for passage in of_class] for of_class in shown]
        columns.append(SourceColumn(side, subject.card.class_name, source.file, shown))
    return columns


def _named_first(classes: tuple[tuple[SourceLine, ...], ...]) -> set[str]:
    """Of each line that hides something, the paths that it names: a few."""
    named: set[str] = set()
    for lines in classes:
        for line in lines:
            named.update(line.hides[:PATHS])
    return named


def passages(
    classes: tuple[tuple[SourceLine, ...], ...],
    shown: Collection[str],
    named: Collection[int] = (),
) -> list[list[Passage]]:
    """The passages of each class.

    Args:
        classes: their lines.
        shown: paths on the page. A line that hides others, too, does not name these.
        named: numbers of the lines that the page names.
    """
    long = sum(map(len, classes)) > LINES
    told = []
    room = LINES
    for lines in classes:
        kept = tuple(_naming(line, shown) for line in lines)
        found = [Passage("", kept)]
        if long:
            found = _around_what_matters(kept, room, named)
        room -= sum(len(each.lines) for each in found)
        if found:
            told.append(found)
    return told


def _naming(line: SourceLine, shown: Collection[str]) -> SourceLine:
    if not line.hides:
        return line
    named = tuple(path for path in line.hides if path in shown)
    return line.model_copy(update={"hides": named or line.hides[:1]})


def _around_what_matters(
    lines: tuple[SourceLine, ...], room: int, named: Collection[int]
) -> list[Passage]:
    """The head of the class, the lines that hide something or are named, and some around each."""
    places: set[int] = set()
    for place, line in enumerate(lines):
        if place == 0 or line.hides or line.number in named:
            places.update(range(place - AROUND, place + AROUND + 1))
    wanted = sorted(place for place in places if 0 <= place < len(lines))[: max(room, 0)]
    found: list[Passage] = []
    end = 0
    for place in wanted:
        if place == end and found:
            found[-1] = Passage(found[-1].left_out, (*found[-1].lines, lines[place]))
        else:
            found.append(Passage(_left_out(place - end), (lines[place],)))
        end = place + 1
    if wanted and end < len(lines):
        found.append(Passage(_left_out(len(lines) - end), ()))
    return found


def _left_out(lines: int) -> str:
    if not lines:
        return ""
    return f"… {plural(lines, 'line', 'lines')} left out"
