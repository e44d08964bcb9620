"""The rows of two columns in one order, so that the eye compares equals."""

import re
from collections.abc import Iterable
from typing import Any


def in_order_of(entries: Iterable[Any], opposite: Iterable[Any]) -> list[Any]:
    """Entries with a path and a status, in the order of the opposite column.

    Only where this column has unregistered entries and the other has none: PyTorch lists
    unregistered state last or not at all, so a list of layers would stand below a head that is used
    after it, while its twin's `ModuleList` stands above. An entry that exists on this side only
    follows the entry before it.
    """
    rows, others = list(entries), list(opposite)
    if not _any_unregistered(rows) or _any_unregistered(others):
        return rows
    places = {plain(other.path): place for place, other in enumerate(others)}
    keys, place = [], -1
    for row in rows:
        place = places.get(plain(row.path), place)
        keys.append(place)
    return [row for _, row in sorted(zip(keys, rows, strict=True), key=lambda pair: pair[0])]


def _any_unregistered(entries: list[Any]) -> bool:
    return any(entry.status == "unregistered" for entry in entries)


def plain(path: str) -> tuple[str, ...]:
    """`layers[0].weight` and `layers.0.weight` are alike."""
    return tuple(re.findall(r"\w+", path))
