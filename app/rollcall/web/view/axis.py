"""An axis: where a value stands in a picture, and which round values are named along it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10
from sys import float_info

from rollcall.web.view.numerals import in_powers

ROUNDING = 1e-9  # of a step: a value so near to a round one is that one


@dataclass(frozen=True)
class Tick:
    """A place along an axis that is named."""

    at: float
    text: str


@dataclass(frozen=True)
class Axis:
    """The values from low to high between two coordinates; `start`, that of low, may be larger."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The coordinate of a value, to a tenth; the only one of an axis stands at its start."""
        return round(self.exactly_at(value), 1)

    def exactly_at(self, value: float) -> float:
        """The same, not rounded."""
        if self.low == self.high:
            return self.start
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * share

    def ticks(self, values: Iterable[float], form: str = "g") -> tuple[Tick, ...]:
        """A tick at each value, which is written in a format such as `.3g`."""
        return tuple(Tick(self.at(value), in_powers(format(value, form))) for value in values)


@dataclass(frozen=True)
class LogAxis(Axis):
    """The same where low and high are decimal logarithms of the values; 0 stands at the start."""

    def exactly_at(self, value: float) -> float:
        """The coordinate of a value."""
        if value <= 0:
            return self.start
        return super().exactly_at(log10(value))


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The size of a chart, and the coordinates between which its lines are drawn."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    def x_axis(self, low: float, high: float) -> Axis:
        """From left to right."""
        return Axis(low, high, self.left, self.right)

    def y_axis(self, low: float, high: float) -> Axis:
        """From the bottom up."""
        return Axis(low, high, self.bottom, self.top)


def nice(rough: float) -> float:
    """The next of 1, 2, 5, 10, 20 ... that is not smaller."""
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def round_step(low: float, high: float, parts: int) -> float:
    """A round step, of which about so many go from low to high."""
    return nice(max((high - low or 1.0) / parts, float_info.min))  # a third of 5e-324 is 0


def multiples(step: float, low: float, high: float) -> list[float]:
    """The multiples of a step from low to high."""
    return [i * step for i in range(ceil(low / step), floor(high / step) + 1)]


def multiples_around(step: float, low: float, high: float) -> list[float]:
    """At least two multiples of a step, the first not above low and the last not below high."""
    first, last = floor(low / step + ROUNDING), ceil(high / step - ROUNDING)
    return [i * step for i in range(first, max(last, first + 1) + 1)]


def round_counts(last: int) -> range:
    """Round numbers of steps from 0, of which the last is not passed."""
    return range(0, last + 1, max(1, round(round_step(0, last, 5))))
