"""The pictures of the training page: how the losses run, and answers over what was wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from rollcall.web.view.chart import LOG_FROM, Chart, Frame, chart

CURVES = Frame(width=550, height=212, left=84, right=180)
SIDE = 150  # of the square in which the answers stand
DOT = 4  # radius
MARGIN = 1.15  # what the square holds, as a share of the greatest number that is wanted


def loss_curves(series: Sequence[Sequence[float]], steps: int) -> Chart:
    """The losses of both subjects; on a logarithmic axis once they have exploded.

    The axis looks at nothing but what is drawn. So a step looks the same before and after the next
    ones are made, and the axis stands still while a loss falls.
    """
    return chart(series, steps, _spread(series), frame=CURVES)


def _spread(series: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    numbers = [value for values in series for value in values if isfinite(value)]
    if not numbers:
        return None
    first = next((values[0] for values in series if values and isfinite(values[0])), min(numbers))
    exploded = max(numbers) >= LOG_FROM * first
    return (min(numbers) if exploded else 0.0), max(numbers)


@dataclass(frozen=True)
class Answers:
    """Answers over what was wanted, in a square whose rising diagonal is where they should be."""

    inside: tuple[tuple[float, float], ...]
    outside: tuple[tuple[float, float], ...]  # on the edge, since they are beyond it
    numberless: int  # NaN or infinite
    off: float | None  # how far the others are from what was wanted, on average
    side: int = SIDE


def answers(wanted: Sequence[float], answered: Sequence[float]) -> Answers:
    """Lay out pairs of numbers.

    The scale depends on what is wanted alone, and so is the same at every step.
    """
    pairs = [
        (goal, answer) for goal, answer in zip(wanted, answered, strict=False) if isfinite(answer)
    ]
    limit = MARGIN * max(map(abs, wanted), default=0.0) or 1.0
    errors = [abs(answer - goal) for goal, answer in pairs]
    return Answers(
        inside=tuple(
            (_place(goal, limit), SIDE - _place(answer, limit))
            for goal, answer in pairs
            if abs(answer) < limit
        ),
        outside=tuple(
            (_place(goal, limit), 2.0 * DOT if answer > 0 else SIDE - 2.0 * DOT)
            for goal, answer in pairs
            if abs(answer) >= limit
        ),
        numberless=sum(not isfinite(answer) for answer in answered),
        off=sum(errors) / len(errors) if errors else None,
    )


def _place(value: float, limit: float) -> float:
    return round(SIDE * (0.5 + value / limit / 2), 1)
