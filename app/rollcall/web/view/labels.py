"""Labels beside the lines of a chart, short enough and moved apart so that each can be read."""

from collections.abc import Sequence

# Widths of bold letters in em, as in the widest of common fonts.
NARROW, SMALL, LARGE, WIDE = 0.45, 0.71, 0.85, 1.1
ROOM = 10.3  # em beside the last step, in the narrowest of the charts


def spread(wanted: Sequence[float], height: float, top: float, bottom: float) -> list[float]:
    """Move labels, given by their middles, so that none covers another or leaves the chart.

    First from above, each below the one before it, then back up from the bottom.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    moved = list(wanted)
    least = top + height / 2
    for i in order:
        moved[i] = max(moved[i], least)
        least = moved[i] + height
    most = bottom - height / 2
    for i in reversed(order):
        moved[i] = min(moved[i], most)
        most = moved[i] - height
    return [round(place, 1) for place in moved]


def shortened(name: str, room: float = ROOM) -> str:
    """A name, or as much of it as `room` em surely hold, with an ellipsis."""
    if _width(name) <= room:
        return name
    start = name
    while start and _width(f"{start}…") > room:
        start = start[:-1]
    return f"{start}…"


def _width(text: str) -> float:
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if letter in "mwMW" or not letter.isascii():
        return WIDE
    if letter in "fijlrtI_":
        return NARROW
    if letter.isupper():
        return LARGE
    return SMALL
