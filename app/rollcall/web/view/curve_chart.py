"""The geometry of two curves over one range, and of their difference below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, nan

from rollcall.web.view.chart import nice, runs

LEFT, WIDTH = 50, 222  # of the drawing; numbers of the axis stand left of it
TOP, BOTTOM = 26, 108  # of the curves
UPPER, LOWER = 142, 174  # of the difference
HEIGHT = 197


@dataclass(frozen=True)
class Mark:
    """One number of an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Gap:
    """A run of points without a number, from x to x."""

    start: float
    end: float
    holds: float  # the first of them: nan or an infinity


@dataclass(frozen=True)
class CurveChart:
    """Two curves and their difference; polylines are `points`, broken where there is no number."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    difference: tuple[str, ...]
    lost: tuple[Gap, ...]  # of `mine`
    largest: float  # finite difference, which the axis of the difference just holds
    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    left: int = LEFT
    right: int = LEFT + WIDTH
    top: int = TOP
    bottom: int = BOTTOM
    upper: int = UPPER
    lower: int = LOWER
    height: int = HEIGHT


def curve_chart(x: Sequence[float], mine: Sequence[float], theirs: Sequence[float]) -> CurveChart:
    """Lay out `mine` and `theirs` over `x`, which rises evenly from -reach to reach.

    `mine` may be empty.
    """
    finite = [value for value in (*mine, *theirs) if isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    if high - low <= 1e-9 * abs(high):  # a flat line, in the middle
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    step = nice((high - low) / 3)
    apart = [a - b for a, b in zip(mine, theirs, strict=False)]
    largest = max((abs(each) for each in apart if isfinite(each)), default=0.0)
    ticks = [i * step for i in range(ceil(low / step), floor(high / step) + 1)]
    return CurveChart(
        mine=_lines(mine, low, high, TOP, BOTTOM),
        theirs=_lines(theirs, low, high, TOP, BOTTOM),
        difference=_lines(apart, -(largest or 1), largest or 1, UPPER, LOWER),
        lost=tuple(_lost(mine)),
        largest=largest,
        x_marks=tuple(Mark(_x(i, len(x)), f"{x[i]:g}") for i in (0, len(x) // 2, len(x) - 1)),
        y_marks=tuple(
            Mark(_y(tick, low, high, TOP, BOTTOM), f"{round(tick, 9):g}") for tick in ticks
        ),
    )


def _lines(
    values: Sequence[float], low: float, high: float, top: int, bottom: int
) -> tuple[str, ...]:
    return tuple(
        " ".join(f"{_x(i, len(values)):g},{_y(values[i], low, high, top, bottom):g}" for i in run)
        for run in runs(values)
    )


def _lost(values: Sequence[float]) -> list[Gap]:
    """Half a point wider on both sides, so that a single one can be seen."""
    half = WIDTH / max(len(values) - 1, 1) / 2
    missing = runs([nan if isfinite(value) else 0.0 for value in values])
    places = [
        (_x(run[0], len(values)) - half, _x(run[-1], len(values)) + half, values[run[0]])
        for run in missing
    ]
    return [
        Gap(round(max(LEFT, start), 1), round(min(LEFT + WIDTH, end), 1), holds)
        for start, end, holds in places
    ]


def _x(index: int, count: int) -> float:
    return round(LEFT + WIDTH * index / max(count - 1, 1), 1)


def _y(value: float, low: float, high: float, top: int, bottom: int) -> float:
    return round(bottom - (bottom - top) * (value - low) / (high - low), 1)
