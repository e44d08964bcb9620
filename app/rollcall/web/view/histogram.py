"""The bars of a small histogram of a tensor's numbers, with zero in its middle."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.web.view.axis import Axis

PACE, WIDTH = 6, 5  # from bar to bar, and of a bar
LOWEST = 1.5  # height of a bar that counts anything
ABOVE, BELOW = 1, 1  # what stays free


@dataclass(frozen=True)
class Bar:
    """One bin that is not empty."""

    x: float
    y: float
    height: float
    middle: bool  # zero lies in it
    width: int = WIDTH


def histogram_bars(counts: Sequence[int], height: int) -> list[Bar]:
    """Lay out the counts of an odd number of bins in a picture of that height."""
    floor = height - BELOW
    heights = Axis(0, max(counts), 0, floor - ABOVE)
    found = []
    for i, count in enumerate(counts):
        if count:
            high = max(heights.exactly_at(count), LOWEST)
            middle = i == len(counts) // 2
            found.append(Bar(PACE * i + 0.5, round(floor - high, 1), round(high, 1), middle))
    return found
