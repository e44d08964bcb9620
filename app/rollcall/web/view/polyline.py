"""The points of lines, as SVG's `polyline` takes them."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

from rollcall.web.view.axis import Axis

Point = tuple[float, float]


def polyline(points: Iterable[Point], form: str = "g") -> str:
    """`points` of one line; with the format `.0f` in whole pixels."""
    return " ".join(f"{x:{form}},{y:{form}}" for x, y in points)


def polylines(values: Sequence[float], x: Axis, y: Axis) -> tuple[str, ...]:
    """A line through a value at 0, 1, 2 ..., broken where there is no number."""
    lines = []
    for run in runs(map(isfinite, values)):
        lines.append(polyline((x.at(step), y.at(values[step])) for step in run))
    return tuple(lines)


def runs(holds: Iterable[bool]) -> Iterator[list[int]]:
    """The runs of steps at which something holds."""
    run: list[int] = []
    for step, here in enumerate(holds):
        if here:
            run.append(step)
        elif run:
            yield run
            run = []
    if run:
        yield run


def sparkline(
    values: Sequence[float | None], width: int = 90, height: int = 22, most: int = 24
) -> str:
    """`points` of a small line from zero up, or nothing where there is no line to draw."""
    finite = [value for value in values if value is not None and isfinite(value)]
    if len(finite) < 2 or max(finite) == 0:
        return ""
    picked = _picked(finite, most)
    x = Axis(0, len(picked) - 1, 0, width)
    y = Axis(0, max(finite), height - 2, 2)
    points = [(x.exactly_at(i), y.exactly_at(value)) for i, value in enumerate(picked)]
    return polyline(points, ".0f")


def _picked(values: list[float], most: int) -> list[float]:
    """So many of them at even distances, the first and the last among them."""
    if len(values) <= most:
        return values
    last = len(values) - 1
    return [values[round(i * last / (most - 1))] for i in range(most)]
