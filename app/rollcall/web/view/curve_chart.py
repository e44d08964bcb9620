"""The geometry of two curves over one range, and of their difference below them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from sys import float_info

from rollcall.web.view.axis import Axis, Frame, Tick, multiples, round_step
from rollcall.web.view.polyline import polylines, runs

# Of the curves; numbers of the axis stand left of it.
PANEL = Frame(width=290, height=197, left=50, right=272, top=26, bottom=108)
UPPER, LOWER = 142, 174  # of the difference
FLAT = 1e-9  # of a number: what varies by no more than that is a flat line


@dataclass(frozen=True)
class Gap:
    """A run of points without a number, from x to x."""

    start: float
    end: float
    holds: float  # the first of them: nan or an infinity


@dataclass(frozen=True, kw_only=True)
class CurveChart(Frame):
    """Two curves and their difference; polylines are `points`, broken where there is no number."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    difference: tuple[str, ...]
    lost: tuple[Gap, ...]  # of `mine`
    largest: float  # finite difference, which the axis of the difference just holds
    x_marks: tuple[Tick, ...]
    y_marks: tuple[Tick, ...]
    upper: int = UPPER
    lower: int = LOWER


def curve_chart(x: Sequence[float], mine: Sequence[float], theirs: Sequence[float]) -> CurveChart:
    """Lay out `mine` and `theirs` over `x`, which rises evenly from -reach to reach.

    `mine` may be empty.
    """
    low, high = _extent([value for value in (*mine, *theirs) if isfinite(value)])
    places, values = PANEL.x_axis(0, len(x) - 1), PANEL.y_axis(low, high)
    apart = [a - b for a, b in zip(mine, theirs, strict=False)]
    largest = max((abs(each) for each in apart if isfinite(each)), default=0.0)
    room = largest or 1.0
    return CurveChart(
        **asdict(PANEL),
        mine=polylines(mine, places, values),
        theirs=polylines(theirs, places, values),
        difference=polylines(apart, places, Axis(-room, room, LOWER, UPPER)),
        lost=_lost(mine, places),
        largest=largest,
        x_marks=tuple(Tick(places.at(i), f"{x[i]:g}") for i in (0, len(x) // 2, len(x) - 1)),
        y_marks=values.ticks(multiples(round_step(low, high, 3), low, high)),
    )


def _extent(values: Sequence[float]) -> tuple[float, float]:
    """The range that the curves are drawn in; a flat line stands in its middle."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if high - low <= FLAT * abs(high):
        return low - _margin(low), high + _margin(high)
    return low, high


def _margin(value: float) -> float:
    """Half of it; of 0, and of what is too small to be halved, half of 1."""
    if abs(value) < float_info.min:
        return 0.5
    return abs(value) / 2


def _lost(values: Sequence[float], x: Axis) -> tuple[Gap, ...]:
    """Half a point wider on both sides, so that a single one can be seen."""
    gaps = []
    for run in runs(not isfinite(value) for value in values):
        start, end = x.at(max(run[0] - 0.5, x.low)), x.at(min(run[-1] + 0.5, x.high))
        gaps.append(Gap(start, end, values[run[0]]))
    return tuple(gaps)
