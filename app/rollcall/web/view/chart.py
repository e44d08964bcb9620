"""The geometry of a line chart: where the lines, ticks and labels go.

How they look is the template's business.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, log10

LOG_FROM = 20.0  # from this ratio of the largest to the smallest value the axis is logarithmic
LABEL = 47  # height of one label: a name and a value
# how far below the smallest number zero stands on a logarithmic axis, as a share of all above
ZERO = 0.15


@dataclass(frozen=True)
class Frame:
    """The size of a chart and its margins; the labels of the lines stand in the right one."""

    width: int
    height: int
    left: int
    right: int
    top: int = 12
    bottom: int = 28

    def x(self, step: int, steps: int) -> float:
        """Where a step stands."""
        return round(
            self.left + (self.width - self.left - self.right) * (step / steps if steps else 0), 1
        )

    def y(self, share: float) -> float:
        """Where a share of the axis stands, from the bottom up."""
        return round(self.height - self.bottom - (self.height - self.top - self.bottom) * share, 1)


@dataclass(frozen=True)
class Tick:
    """One tick of an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """One series."""

    pieces: tuple[str, ...]  # `points` of polylines; the line is broken where there is no number
    broken: bool  # somewhere there was no number
    end: tuple[float, float] | None  # the last point that could be drawn
    label: float  # y of the label


@dataclass(frozen=True)
class Chart:
    """A chart, its plot between left and right, top and bottom."""

    logarithmic: bool
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    label: float  # x of the labels: beside the last step, where nothing is drawn yet
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    band: tuple[float, float] | None  # y of the upper and the lower end of the range that is marked


def chart(
    series: Sequence[Sequence[float]],
    steps: int,
    spread: tuple[float, float] | None,
    *,
    frame: Frame,
    band: tuple[float, float] | None = None,
    zero: bool = False,
) -> Chart:
    """Lay out series of one value a step.

    Args:
        series: value after step 0, 1, 2 ...; NaN and infinity break the line.
        steps: where the x axis ends, whether or not the series reach it.
        spread: smallest and largest value that the y axis must hold.
        frame: size and margins.
        band: ends of a range that is to be marked, within the spread.
        zero: whether a logarithmic axis keeps a place for 0, below all other numbers.
    """
    low, high = spread or (0.0, 1.0)
    logarithmic = low > 0 and high / low >= LOG_FROM
    y = _Log(low, high, frame, zero) if logarithmic else _Linear(min(low, 0.0), high, frame)
    lines = [_line(values, steps, y, frame) for values in series]
    return Chart(
        logarithmic,
        tuple(Tick(frame.x(step, steps), str(step)) for step in _steps(steps)),
        tuple(Tick(y.at(value), f"{value:g}") for value in y.ticks),
        tuple(_apart(lines, frame)),
        frame.x(max(0, *(len(values) - 1 for values in series)), steps) + 14,
        width=frame.width,
        height=frame.height,
        left=frame.left,
        right=frame.width - frame.right,
        top=frame.top,
        bottom=frame.height - frame.bottom,
        band=(y.at(band[1]), y.at(band[0])) if band else None,
    )


def sparkline(
    values: Sequence[float | None], width: int = 90, height: int = 22, most: int = 24
) -> str:
    """`points` of a small polyline from zero up, or nothing where there is no line to draw."""
    finite = [value for value in values if value is not None and isfinite(value)]
    if len(finite) < 2 or max(finite) == 0:
        return ""
    picked = (
        [finite[round(i * (len(finite) - 1) / (most - 1))] for i in range(most)]
        if len(finite) > most
        else finite
    )
    pace = width / (len(picked) - 1)
    return " ".join(
        f"{i * pace:.0f},{height - 2 - value / max(finite) * (height - 4):.0f}"
        for i, value in enumerate(picked)
    )


class _Linear:
    def __init__(self, low: float, high: float, frame: Frame) -> None:
        step = nice((high - low or 1.0) / 4)
        self.frame = frame
        self.low, self.high = floor(low / step) * step, ceil(high / step) * step or step
        self.ticks = [i * step for i in range(round(self.low / step), round(self.high / step) + 1)]

    def at(self, value: float) -> float:
        return self.frame.y((value - self.low) / (self.high - self.low))


class _Log:
    def __init__(self, low: float, high: float, frame: Frame, zero: bool) -> None:
        self.frame = frame
        self.low, self.high = log10(low), log10(high)
        decades = range(floor(self.low), ceil(self.high) + 1)
        pace = -(-len(decades) // 5)
        factors = (1, 2, 5) if self.high - self.low <= 2 else (1,)
        ticks = [
            factor * 10.0**decade for decade in decades if decade % pace == 0 for factor in factors
        ]
        self.ticks = [tick for tick in ticks if self.low - 0.15 <= log10(tick) <= self.high + 0.15]
        self.low = min(self.low, *map(log10, self.ticks))
        self.high = max(self.high, *map(log10, self.ticks))
        if zero:
            self.low -= (self.high - self.low) * ZERO
            self.ticks = [0.0, *self.ticks]

    def at(self, value: float) -> float:
        return self.frame.y((log10(value) - self.low) / (self.high - self.low) if value > 0 else 0)


def nice(rough: float) -> float:
    """The next of 1, 2, 5, 10, 20 ... that is not smaller."""
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def _steps(steps: int) -> list[int]:
    pace = max(1, round(nice(max(steps, 1) / 5)))
    return list(range(0, steps + 1, pace))


def _line(values: Sequence[float], steps: int, y: _Linear | _Log, frame: Frame) -> Line:
    pieces = list(runs(values))
    points = [[(frame.x(step, steps), y.at(values[step])) for step in piece] for piece in pieces]
    end = points[-1][-1] if points else None
    return Line(
        tuple(" ".join(f"{px:g},{py:g}" for px, py in piece) for piece in points),
        not all(map(isfinite, values)),
        end,
        end[1] if end else frame.y(1),
    )


def runs(values: Sequence[float]) -> Iterator[list[int]]:
    """The runs of steps at which there is a number."""
    run: list[int] = []
    for step, value in enumerate(values):
        if isfinite(value):
            run.append(step)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _apart(lines: list[Line], frame: Frame) -> Iterator[Line]:
    at = apart([line.label for line in lines], frame.top, frame.height - frame.bottom, LABEL)
    for i, line in enumerate(lines):
        yield replace(line, label=at[i])


def apart(places: Sequence[float], top: float, bottom: float, height: float) -> list[float]:
    """Move labels, given by their middles, so that none covers another or leaves the chart."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    least = top + height / 2
    for i in order:
        moved[i] = max(moved[i], least)
        least = moved[i] + height
    most = bottom - height / 2
    for i in reversed(order):
        moved[i] = min(moved[i], most)
        most = moved[i] - height
    return [round(place, 1) for place in moved]
