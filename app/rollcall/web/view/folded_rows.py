"""Rows of a table that may be long: those that look alike share one, and differences come first."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rollcall.web.view.words import number

FITS = 40  # rows of a table in which nothing is folded
SHOWN = 24  # rows of a longer one

NUMBER = re.compile(r"\d+")

R = TypeVar("R")


@dataclass(frozen=True)
class FoldedRows(Generic[R]):
    """What is shown of a table."""

    rows: list[R]  # each may stand for many that differ in the numbers of their names alone
    names: list[str]  # of each row: `layers.0-249.weight`
    left_out: str  # how many rows are not shown; "" where all are

    @property
    def named(self) -> list[tuple[R, str]]:
        """Pairs of a row and its name."""
        return list(zip(self.rows, self.names, strict=True))


def folded_rows(
    rows: Sequence[R],
    path: Callable[[R], str],
    look: Callable[[R], Hashable],
    tells: Callable[[R], bool],
) -> FoldedRows[R]:
    """Fold a long table, and leave a short one as it is.

    Args:
        rows: in order.
        path: the name of one.
        look: all else that it shows.
        tells: whether it is shown before others where not all fit.
    """
    if len(rows) <= FITS:
        return FoldedRows(list(rows), list(map(path, rows)), "")
    alike: dict[Hashable, list[R]] = {}
    for row in rows:
        alike.setdefault((_pattern(path(row)), look(row)), []).append(row)
    groups = list(alike.values())
    telling = [place for place, group in enumerate(groups) if tells(group[0])]
    others = [place for place, group in enumerate(groups) if not tells(group[0])]
    shown = [groups[place] for place in sorted([*telling, *others][:SHOWN])]
    names = [_name_of([path(row) for row in group]) for group in shown]
    left_out = ""
    if missing := len(rows) - sum(map(len, shown)):
        left_out = f"{number(missing)} more"
    return FoldedRows([group[0] for group in shown], names, left_out)


def _pattern(path: str) -> str:
    return NUMBER.sub("#", path)


def _name_of(paths: list[str]) -> str:
    """One name for many that have the same pattern."""
    if len(paths) == 1:
        return paths[0]
    found = [map(int, NUMBER.findall(path)) for path in paths]
    spans = iter([_span(numbers) for numbers in zip(*found, strict=True)])
    name = NUMBER.sub(lambda _: next(spans), paths[0])
    return f"{name} ({number(len(paths))})"


def _span(numbers: tuple[int, ...]) -> str:
    low, high = min(numbers), max(numbers)
    if low == high:
        return str(low)
    return f"{low}-{high}"
