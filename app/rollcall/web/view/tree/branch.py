"""One line of a module tree: a module, or several siblings that share the line."""

import re
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.experiments.registry.experiment import BETWEEN

Totals = tuple[int, ...]  # modules, tensors, and what else a page counts


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page knows of one module."""

    kind: Hashable  # what it is: siblings of one kind are compared with each other
    answers: Hashable  # how it stands; with the same kind and answers, two look the same
    totals: Totals  # counted on the module itself
    finding: bool = False  # it must be seen, however deep it is


@dataclass(slots=True, eq=False)
class Branch:
    """A module and all that is below it.

    `count` siblings share the line. Where they are alike, `tensors` and `children` are those of the
    first and stand for all. Where they are not, `children` are the siblings themselves.
    """

    first: ModuleEntry
    last: ModuleEntry
    count: int
    alike: bool
    tensors: Sequence[TensorEntry]
    children: list["Branch"]
    totals: Totals  # of all that the line stands for
    findings: int  # in all of it, and what stands otherwise than its siblings
    urgent: int  # of them those that must be seen
    looks: Collection[int]  # of all that share it; equal where two look the same
    inside: int = field(default=0)  # findings below the line itself
    repeats: bool = False  # whether its siblings show all that it has
    apart_of: str = ""  # the line that it shares with others, where it is asked to stand alone

    @property
    def gathers(self) -> bool:
        """Whether it only holds siblings of different looks, and is no module itself."""
        return self.count > 1 and not self.alike

    @property
    def span(self) -> str:
        """Its path, or those of all that share it."""
        return span_of(self.first.path, self.last.path)

    @property
    def rows(self) -> int:
        """How many lines it takes while it is closed."""
        return 1 + len(self.tensors)


def summed(totals: Iterable[Totals]) -> Totals:
    """Those of several lines as one."""
    return tuple(map(sum, zip(*totals, strict=True)))


NUMBERED = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)


def span_of(first: str, last: str) -> str:
    """Two paths as one: `layers.0` and `layers.11` are `layers.0-11`."""
    if first == last:
        return first
    start, end = _numbered(first), _numbered(last)
    if start and end and start[0] == end[0] and start[2] == end[2]:
        return f"{start[0]}{start[1]}-{end[1]}{start[2]}"
    return f"{first}{BETWEEN}{last}"


def follows(path: str, previous: str) -> bool:
    """Whether two names differ in their last number alone, by one."""
    start, end = _numbered(previous), _numbered(path)
    if not start or not end or (start[0], start[2]) != (end[0], end[2]):
        return False
    return int(end[1]) == int(start[1]) + 1


def between(first: str, last: str) -> list[str]:
    """All names from one to another that differs in its last number alone."""
    start, end = _numbered(first), _numbered(last)
    if not start or not end or (start[0], start[2]) != (end[0], end[2]):
        return [first, last]
    return [f"{start[0]}{at}{start[2]}" for at in range(int(start[1]), int(end[1]) + 1)]


def _numbered(path: str) -> tuple[str, str, str] | None:
    """What stands before the last number of a path, the number, and what follows."""
    match = NUMBERED.fullmatch(path)
    if match is None:
        return None
    return match[1], match[2], match[3]
