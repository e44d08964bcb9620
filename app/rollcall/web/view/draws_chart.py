"""The two charts of a sequence of draws: means that settle, and how often how much was dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite

from rollcall.core.binomial import Counts
from rollcall.web.view.chart import Tick, apart, nice

MOST_POINTS = 60  # of one line, or a frame of a long play grows with the play
FEWEST_DRAWS = 10  # that the x axis has room for
LABEL = 43  # height of a label: a name and a value
LINE = 20  # and of the name of a level


@dataclass(frozen=True)
class Side:
    """What one subject's means look like."""

    each: str  # points: the mean of every draw
    average: str  # points: the average of all draws so far
    end: tuple[float, float] | None
    label: float  # y


@dataclass(frozen=True)
class Means:
    """A chart of means, draw by draw."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    levels: tuple[Tick, ...]  # values to which a mean may settle
    sides: tuple[Side, ...]
    width: int = 600
    height: int = 142
    left: int = 52
    right: int = 416
    top: int = 30
    bottom: int = 114


@dataclass(frozen=True)
class Bars:
    """A histogram of fractions, and the curve that is expected."""

    bars: str  # path
    curve: str  # points
    now: float | None  # x of the draw that is shown
    at: float  # x of p
    band: tuple[float, float]  # x of two standard deviations on either side of p
    ticks: tuple[Tick, ...]
    width: int = 286
    height: int = 142
    top: int = 30
    bottom: int = 114


def means(
    outputs: Sequence[Sequence[float]],
    averages: Sequence[Sequence[float]],
    levels: dict[str, float],
) -> Means:
    """Lay out the means of the output and their running averages, one of each for a subject."""
    blank = Means((), (), (), ())
    finite = [
        v for values in (*outputs, *averages, list(levels.values())) for v in values if isfinite(v)
    ]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    ticks = _ticks(min(low, 0.0), max(high, 0.0))
    bottom, top = ticks[0], ticks[-1]
    last = _room(max(map(len, outputs), default=1))

    def x(draw: float) -> float:
        return round(blank.left + (blank.right - blank.left) * draw / last, 1)

    def y(value: float) -> float:
        return round(
            blank.bottom - (blank.bottom - blank.top) * (value - bottom) / (top - bottom), 1
        )

    def side(each: Sequence[float], average: Sequence[float]) -> Side:
        points = [(x(draw), y(average[draw - 1])) for draw in _some(average)]
        spoken = [(x(draw), y(each[draw - 1])) for draw in _some(each)]
        return Side(
            _points(spoken),
            _points(points),
            points[-1] if points else None,
            points[-1][1] if points else 60,
        )

    sides = [side(each, average) for each, average in zip(outputs, averages, strict=True)]
    labels = apart([side.label for side in sides], blank.top - 8, blank.bottom + 6, LABEL)
    pace = round(nice(last / 5))
    return Means(
        x_ticks=tuple(Tick(x(draw), f"{draw:,}") for draw in range(0, last + 1, pace)),
        y_ticks=tuple(Tick(y(value), f"{value:g}") for value in ticks),
        levels=_legible(
            [Tick(y(value), name) for name, value in levels.items() if isfinite(value)]
        ),
        sides=tuple(replace(side, label=at) for side, at in zip(sides, labels, strict=True)),
    )


def bars(counts: Counts, draws: int, p: float, spread: float, now: int) -> Bars:
    """Lay out how often which fraction was dropped.

    Args:
        counts: of the numbers dropped.
        draws: independent ones in each of them.
        p: the fraction that is expected.
        spread: two standard deviations of it.
        now: dropped in the draw that is shown.
    """
    blank = Bars("", "", None, 0, (0, 0), ())
    number = len(counts.seen)
    most = max(*counts.seen, *counts.expected, 1e-9)
    pace = blank.width / number

    def x(count: float) -> float:  # the middle of a bar of width 1 stands at its count
        return round(
            max(0.0, min(blank.width, (count + 0.5 - counts.start) / counts.width * pace)), 1
        )

    def high(seen: float) -> float:
        return round((blank.bottom - blank.top) * seen / most, 1)

    gap = 1 if pace > 4 else 0
    shapes = (
        f"M{i * pace + gap:.1f} {blank.bottom}v{-high(seen):g}h{pace - 2 * gap:.1f}V{blank.bottom}z"
        for i, seen in enumerate(counts.seen)
        if seen
    )
    curve = [
        (round((i + 0.5) * pace, 1), blank.bottom - high(each))
        for i, each in enumerate(counts.expected)
    ]
    low, top = (
        (counts.start / draws, (counts.start + number * counts.width - 1) / draws)
        if draws
        else (0.0, 1.0)
    )
    return Bars(
        bars="".join(shapes),
        curve=_points(curve),
        now=x(now),
        at=x(p * draws),
        band=(x((p - spread) * draws), x((p + spread) * draws)),
        ticks=tuple(Tick(x(value * draws), f"{value:.3g}") for value in _inside(low, top)),
    )


def _ticks(low: float, high: float) -> list[float]:
    step = nice((high - low or 1.0) / 3)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [i * step for i in range(first, max(last, first + 1) + 1)]


def _inside(low: float, high: float) -> list[float]:
    """Round numbers between two fractions, far enough from both for a label."""
    step = nice((high - low or 1.0) / 4)
    edge = (high - low) / 12
    return [i * step for i in range(ceil((low + edge) / step), floor((high - edge) / step) + 1)]


def _room(draws: int) -> int:
    return max(FEWEST_DRAWS, round(nice(draws)))


def _some(values: Sequence[float]) -> Iterable[int]:
    """Draws, from 1, that a line goes through: all of a few, some of many, always the last."""
    pace = -(-len(values) // MOST_POINTS) or 1
    chosen = {*range(1, len(values) + 1, pace), len(values)}
    return [draw for draw in sorted(chosen) if draw and isfinite(values[draw - 1])]


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points)


def _legible(levels: list[Tick]) -> tuple[Tick, ...]:
    """Levels that lie too close for a name each share the highest one's, from above."""
    named: list[Tick] = []
    for level in sorted(levels, key=lambda level: level.at):
        above = next(
            (i for i, each in enumerate(named) if each.text and level.at - each.at < LINE), None
        )
        if above is not None:
            named[above] = Tick(named[above].at, f"{named[above].text}, {level.text}")
        named.append(level if above is None else Tick(level.at, ""))
    return tuple(named)
