"""The geometry of a line chart: where the lines, ticks and labels go.

How they look is the template's business.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

from rollcall.web.view.axis import (
    Axis,
    Frame,
    LogAxis,
    Tick,
    multiples_around,
    round_counts,
    round_step,
)
from rollcall.web.view.labels import spread
from rollcall.web.view.polyline import Point, polylines

LOG_FROM = 20.0  # from this ratio of the largest to the smallest value the axis is logarithmic
LABEL = 47  # height of one label: a name and a value
BESIDE = 14  # from the last step to the labels
NAMED = 24  # from this height on a band has room for its name
MARGIN = 0.15  # in decades: a tick may lie so far outside of the values
# How far below the smallest number zero stands on a logarithmic axis, as a share of all above.
ZERO = 0.15


@dataclass(frozen=True)
class Line:
    """One series."""

    pieces: tuple[str, ...]  # `points` of polylines; the line is broken where there is no number
    broken: bool  # somewhere there was no number
    end: Point | None  # the last point that could be drawn
    label: float  # y of the label


class Band(NamedTuple):
    """A range that is marked, by the y of its upper and its lower end."""

    top: float
    bottom: float

    @property
    def height(self) -> float:
        """How far it reaches down."""
        return round(self.bottom - self.top, 1)

    @property
    def has_room(self) -> bool:
        """Whether its name fits into it."""
        return self.bottom - self.top > NAMED


@dataclass(frozen=True, kw_only=True)
class Chart(Frame):
    """What is drawn in a frame."""

    logarithmic: bool
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    thin: tuple[tuple[str, ...], ...]  # `points` of polylines, which have no label
    label: float  # x of the labels: beside the last step, where nothing is drawn yet
    band: Band | None


def chart(
    series: Sequence[Sequence[float]],
    steps: int,
    extent: tuple[float, float] | None,
    *,
    frame: Frame,
    band: tuple[float, float] | None = None,
    zero: bool = False,
    thin: Sequence[Sequence[float]] = (),
) -> Chart:
    """Lay out series of one value a step.

    Args:
        series: value after step 0, 1, 2 ...; NaN and infinity break the line.
        steps: where the x axis ends, whether or not the series reach it.
        extent: smallest and largest value that the y axis must hold.
        frame: size, and where the lines go.
        band: ends of a range that is to be marked, within the extent.
        zero: whether a logarithmic axis keeps a place for 0, below all other numbers.
        thin: what is drawn with a thin line each, without a label.
    """
    low, high = extent or (0.0, 1.0)
    logarithmic = low > 0 and high / low >= LOG_FROM
    if logarithmic:
        y, values = _logarithmic(low, high, frame, zero)
    else:
        y, values = _linear(min(low, 0.0), high, frame)
    x = frame.x_axis(0, steps)
    return Chart(
        **asdict(frame),
        logarithmic=logarithmic,
        x_ticks=x.ticks(round_counts(steps)),
        y_ticks=y.ticks(values),
        lines=_lines(series, x, y, frame),
        thin=tuple(polylines(values, x, y) for values in thin),
        label=x.at(max(0, *(len(each) - 1 for each in series))) + BESIDE,
        band=_band(band, y),
    )


def _linear(low: float, high: float, frame: Frame) -> tuple[Axis, list[float]]:
    """An axis and the values of its ticks, with which it begins and ends."""
    values = multiples_around(round_step(low, high, 4), low, high)
    return frame.y_axis(values[0], values[-1]), values


def _logarithmic(low: float, high: float, frame: Frame, zero: bool) -> tuple[Axis, list[float]]:
    """The same with logarithms; its ticks lie between its ends."""
    values = _decades(log10(low), log10(high))
    bottom, top = log10(min(low, values[0])), log10(max(high, values[-1]))
    if zero:
        bottom -= (top - bottom) * ZERO
        values = [0.0, *values]
    return LogAxis(bottom, top, frame.bottom, frame.top), values


def _decades(low: float, high: float) -> list[float]:
    """Powers of ten, of which 10 ** low to 10 ** high has a few; on a short axis 2 and 5, too."""
    decades = range(floor(low), ceil(high) + 1)
    pace = -(-len(decades) // 5)
    factors = [1]
    if high - low <= 2:
        factors = [1, 2, 5]
    values = []
    for decade in decades:
        if decade % pace == 0:
            values += [factor * 10.0**decade for factor in factors]
    return [value for value in values if low - MARGIN <= log10(value) <= high + MARGIN]


def _lines(series: Sequence[Sequence[float]], x: Axis, y: Axis, frame: Frame) -> tuple[Line, ...]:
    ends = [_end(values, x, y) for values in series]
    wanted = [frame.top if end is None else end[1] for end in ends]
    labels = spread(wanted, LABEL, frame.top, frame.bottom)
    lines = []
    for values, end, label in zip(series, ends, labels, strict=True):
        broken = not all(map(isfinite, values))
        lines.append(Line(polylines(values, x, y), broken, end, label))
    return tuple(lines)


def _end(values: Sequence[float], x: Axis, y: Axis) -> Point | None:
    """The last point that can be drawn."""
    for step in reversed(range(len(values))):
        if isfinite(values[step]):
            return x.at(step), y.at(values[step])
    return None


def _band(ends: tuple[float, float] | None, y: Axis) -> Band | None:
    if ends is None:
        return None
    low, high = ends
    return Band(y.at(high), y.at(low))
