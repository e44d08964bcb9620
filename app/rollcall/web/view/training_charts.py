"""The pictures of the training page: how the losses run, and answers over what was wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite

from rollcall.web.view.axis import Axis, Frame
from rollcall.web.view.chart import LOG_FROM, Chart, chart
from rollcall.web.view.polyline import Point

CURVES = Frame(width=550, height=212, left=84, right=346, top=12, bottom=184)
SIDE = 150  # of the square in which the answers stand
DOT = 4  # radius
MARGIN = 1.15  # what the square holds, as a share of the greatest number that is wanted


def loss_curves(
    series: Sequence[Sequence[float]], steps: int, thin: Sequence[Sequence[float]] = ()
) -> Chart:
    """The losses of both subjects; on a logarithmic axis once they have exploded.

    The axis looks at nothing but what is drawn. So a step looks the same before and after the next
    ones are made, and the axis stands still while a loss falls.
    """
    return chart(series, steps, _extent([*series, *thin]), frame=CURVES, thin=thin)


def _extent(series: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """From 0, or from the smallest loss where one has exploded; None where there is no number."""
    numbers = list(filter(isfinite, chain(*series)))
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    first = next((values[0] for values in series if values and isfinite(values[0])), low)
    if high < LOG_FROM * first:
        low = 0.0
    return low, high


@dataclass(frozen=True)
class Answers:
    """Answers over what was wanted, in a square whose rising diagonal is where they should be."""

    inside: tuple[Point, ...]
    outside: tuple[Point, ...]  # on the edge, since they are beyond it
    numberless: int  # NaN or infinite
    off: float | None  # how far the others are from what was wanted, on average
    side: int = SIDE


def answers(wanted: Sequence[float], answered: Sequence[float]) -> Answers:
    """Lay out pairs of numbers.

    The scale depends on what is wanted alone, and so is the same at every step.
    """
    limit = MARGIN * max(map(abs, wanted), default=0.0) or 1.0
    across, up = Axis(-limit, limit, 0, SIDE), Axis(-limit, limit, SIDE, 0)
    inside, outside, errors = [], [], []
    for goal, answer in zip(wanted, answered, strict=False):
        if not isfinite(answer):
            continue
        errors.append(abs(answer - goal))
        if abs(answer) < limit:
            inside.append((across.at(goal), up.at(answer)))
        elif answer > 0:
            outside.append((across.at(goal), 2.0 * DOT))
        else:
            outside.append((across.at(goal), SIDE - 2.0 * DOT))
    off = None
    if errors:
        off = sum(errors) / len(errors)
    numberless = sum(not isfinite(answer) for answer in answered)
    return Answers(tuple(inside), tuple(outside), numberless, off)
