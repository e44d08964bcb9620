"""Where the rows of one column leave room for what the other column alone has."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST = 6  # rows of room in a column: models that differ in more have little to compare

Key = tuple[str, ...]


class Met(NamedTuple):
    """A row that both columns have, by its place in each."""

    own: int
    other: int
    missing: range  # rows of the other column that have no like, and for which room is left before


def met_rows(own: Sequence[Key], other: Sequence[Key]) -> list[Met]:
    """The rows that both columns have, in their order; none are apart where that takes much room.

    Args:
        own: what the rows of a column are called, so that equals are equal.
        other: the same of the other column.
    """
    met = list(_met(own, other))
    room = sum(len(each.missing) for each in met)
    beside = sum(len(each.missing) for each in _met(other, own))
    if max(room, beside) > MOST:
        return []
    return met


def _met(own: Sequence[Key], other: Sequence[Key]) -> Iterator[Met]:
    at = other_at = 0
    for start, other_start, count in _runs(own, other):
        missing = range(min(other_at + start - at, other_start), other_start)
        for place in range(count):
            yield Met(start + place, other_start + place, missing)
            missing = range(0)
        at, other_at = start + count, other_start + count


def _runs(own: Sequence[Key], other: Sequence[Key]) -> list[tuple[int, int, int]]:
    """Runs of rows that both have: where each begins here and there, and how long it is.

    The same runs, whichever column asks.
    """
    if list(own) > list(other):
        return [(here, there, count) for there, here, count in _runs(other, own)]
    blocks = SequenceMatcher(None, own, other, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks]
