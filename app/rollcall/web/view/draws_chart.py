"""The two charts of a sequence of draws: means that settle, and how often how much was dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from math import isfinite

from rollcall.core.binomial import Counts
from rollcall.web.view.axis import (
    Axis,
    Frame,
    Tick,
    multiples,
    multiples_around,
    nice,
    round_counts,
    round_step,
)
from rollcall.web.view.labels import spread
from rollcall.web.view.polyline import Point, polyline

MOST_POINTS = 60  # of one line, or a frame of a long play grows with the play
FEWEST_DRAWS = 10  # that the x axis has room for
LABEL = 43  # height of a label: a name and a value
BEYOND = 8, 6  # how far labels may stand above and below the lines
UNSETTLED = 60  # where the label of a line stands that has no point
LINE = 20  # height of the name of a level
WIDE = 4  # from this width on, bars have gaps between them

MEANS = Frame(width=600, height=142, left=52, right=362, top=30, bottom=114)
BARS = Frame(width=286, height=142, left=0, right=286, top=30, bottom=114)


@dataclass(frozen=True)
class Side:
    """What one subject's means look like."""

    each: str  # points: the mean of every draw
    average: str  # points: the average of all draws so far
    end: Point | None
    label: float  # y


@dataclass(frozen=True, kw_only=True)
class Means(Frame):
    """A chart of means, draw by draw."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    levels: tuple[Tick, ...]  # values to which a mean may settle
    sides: tuple[Side, ...]


@dataclass(frozen=True, kw_only=True)
class Bars(Frame):
    """A histogram of fractions, and the curve that is expected."""

    bars: str  # path
    curve: str  # points
    now: float  # x of the draw that is shown
    at: float  # x of p
    band: tuple[float, float]  # x of two standard deviations on either side of p
    ticks: tuple[Tick, ...]


def means(
    outputs: Sequence[Sequence[float]],
    averages: Sequence[Sequence[float]],
    levels: Mapping[str, float],
) -> Means:
    """Lay out the means of the output and their running averages, one of each for a subject."""
    finite = list(filter(isfinite, chain(*outputs, *averages, levels.values())))
    low = min(0.0, min(finite, default=0.0))
    high = max(0.0, max(finite, default=1.0))
    values = multiples_around(round_step(low, high, 3), low, high)
    last = max(FEWEST_DRAWS, round(nice(max(map(len, outputs), default=1))))
    x, y = MEANS.x_axis(0, last), MEANS.y_axis(values[0], values[-1])
    return Means(
        **asdict(MEANS),
        x_ticks=x.ticks(round_counts(last), ","),
        y_ticks=y.ticks(values),
        levels=_named(levels, y),
        sides=_sides(outputs, averages, x, y),
    )


def _sides(
    outputs: Sequence[Sequence[float]], averages: Sequence[Sequence[float]], x: Axis, y: Axis
) -> tuple[Side, ...]:
    lines = [_points(values, x, y) for values in averages]
    ends = [_last(line) for line in lines]
    wanted = [UNSETTLED if end is None else end[1] for end in ends]
    above, below = BEYOND
    labels = spread(wanted, LABEL, MEANS.top - above, MEANS.bottom + below)
    sides = []
    for each, line, end, label in zip(outputs, lines, ends, labels, strict=True):
        sides.append(Side(polyline(_points(each, x, y), ".0f"), polyline(line, ".0f"), end, label))
    return tuple(sides)


def _points(values: Sequence[float], x: Axis, y: Axis) -> list[Point]:
    """A point for each draw, from 1, that a line goes through: of many, some and the last."""
    draws = range(1, len(values) + 1)
    pace = -(-len(draws) // MOST_POINTS) or 1
    chosen = sorted({*draws[::pace], *draws[-1:]})
    return [(x.at(draw), y.at(values[draw - 1])) for draw in chosen if isfinite(values[draw - 1])]


def _last(line: Sequence[Point]) -> Point | None:
    if not line:
        return None
    return line[-1]


def _named(levels: Mapping[str, float], y: Axis) -> tuple[Tick, ...]:
    """Levels from above; those that lie too close for a name each share that of the highest."""
    ticks = [Tick(y.at(value), name) for name, value in levels.items() if isfinite(value)]
    groups: list[list[Tick]] = []
    for tick in sorted(ticks, key=lambda tick: tick.at):
        if groups and tick.at - groups[-1][0].at < LINE:
            groups[-1].append(tick)
        else:
            groups.append([tick])
    named = []
    for group in groups:
        named.append(Tick(group[0].at, ", ".join(tick.text for tick in group)))
        named += [Tick(tick.at, "") for tick in group[1:]]
    return tuple(named)


def bars(counts: Counts, draws: int, p: float, two_std: float, now: int) -> Bars:
    """Lay out how often which fraction was dropped.

    Args:
        counts: of the numbers dropped.
        draws: independent ones in each of them.
        p: the fraction that is expected.
        two_std: two standard deviations of it.
        now: dropped in the draw that is shown.
    """
    first = counts.start - 0.5  # the middle of a bar of width 1 stands at its count
    x = BARS.x_axis(first, first + counts.width * len(counts.seen))
    y = BARS.y_axis(0, max(*counts.seen, *counts.expected, 1e-9))
    pace = BARS.width / len(counts.seen)

    def inside(count: float) -> float:
        return x.at(max(x.low, min(x.high, count)))

    curve = [(round((i + 0.5) * pace, 1), y.at(each)) for i, each in enumerate(counts.expected)]
    return Bars(
        **asdict(BARS),
        bars=_bars(counts.seen, pace, y),
        curve=polyline(curve, ".0f"),
        now=inside(now),
        at=inside(p * draws),
        band=(inside((p - two_std) * draws), inside((p + two_std) * draws)),
        ticks=_fractions(counts, draws, x),
    )


def _bars(seen: Sequence[int], pace: float, y: Axis) -> str:
    """One path of all bars, each `pace` wide."""
    gap = 0
    if pace > WIDE:
        gap = 1
    shapes = []
    for i, count in enumerate(seen):
        if count:
            up = f"M{i * pace + gap:.1f} {BARS.bottom}v{y.at(count) - BARS.bottom:g}"
            shapes.append(f"{up}h{pace - 2 * gap:.1f}V{BARS.bottom}z")
    return "".join(shapes)


def _fractions(counts: Counts, draws: int, x: Axis) -> tuple[Tick, ...]:
    """Round fractions, far enough from both ends for a label."""
    if not draws:
        return ()
    low = counts.start / draws
    high = (counts.start + counts.width * len(counts.seen) - 1) / draws
    edge = (high - low) / 12
    fractions = multiples(round_step(low, high, 4), low + edge, high - edge)
    return tuple(Tick(x.at(each * draws), f"{each:.3g}") for each in fractions)
