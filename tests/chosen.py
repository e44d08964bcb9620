"""Which rows of its large tables `make test` runs. `make exhaustive` runs all of them.

A table with a row for each model, or for each pair of a page and a model, hardly finds more than
one with a row for each kind. The choice is made by these rules and not by hand, so that a new kind
is chosen by itself.
"""

from collections.abc import Callable, Hashable, Iterable
from itertools import product
from typing import Any, TypeVar

Row = TypeVar("Row")

OPTION = "--exhaustive"

_all_rows = False


def choose_all_rows() -> None:
    """From now on every row is chosen: pytest was given the option, and imports tests later."""
    global _all_rows  # of the process, as the option is
    _all_rows = True


def of_each_kind(
    rows: Iterable[Row], *kinds: Callable[[Row], Hashable], times: int = 1
) -> list[Row]:
    """The first rows of each kind.

    Args:
        rows: the whole table.
        kinds: each says of what kind a row is, in one respect.
        times: how many rows of a kind are chosen.
    """
    if _all_rows:
        return list(rows)
    seen: dict[tuple[int, Hashable], int] = {}
    chosen = []
    for row in rows:
        keys = [(place, kind(row)) for place, kind in enumerate(kinds)]
        if any(seen.get(key, 0) < times for key in keys):
            chosen.append(row)
            for key in keys:
                seen[key] = seen.get(key, 0) + 1
    return chosen


def combined(*columns: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Rows in which each value of each column stands at least once; all rows: their product.

    The longest column is gone through once, and the others beside it again and again, each time
    moved on by one, so that they meet other values.
    """
    listed = [list(column) for column in columns]
    if _all_rows:
        return list(product(*listed))
    return [
        tuple(column[_place(number, len(column))] for column in listed)
        for number in range(max(map(len, listed)))
    ]


def some(rows: Iterable[Row], every: int, first: int = 0) -> list[Row]:
    """Each row whose number leaves `first` when divided by `every`."""
    listed = list(rows)
    if _all_rows:
        return listed
    return listed[first % every :: every]


def _place(number: int, length: int) -> int:
    rounds, place = divmod(number, length)
    return (place + rounds) % length
