"""Labels beside the lines of a chart, moved apart so that each can be read."""

from collections.abc import Sequence


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
