"""The numbers of one output."""

from dataclasses import dataclass
from math import isnan

from rollcall.core.tensors.tensor_stats import TensorFacts
from rollcall.web.view.numerals import hundredths


@dataclass(frozen=True)
class Numbers:
    """What stands beside a shape."""

    mean: str
    std: str
    zeros: str
    any_zeros: bool
    max_abs: str
    facts: TensorFacts


def numbers(facts: TensorFacts) -> Numbers:
    """A tensor as the table tells it."""
    return Numbers(
        mean=hundredths(facts.mean),
        std=_spread(facts),
        zeros=_percent(facts.zeros),
        any_zeros=facts.zeros > 0,
        max_abs=hundredths(facts.max_abs),
        facts=facts,
    )


def _spread(facts: TensorFacts) -> str:
    """One number has no standard deviation; NaN would look like a fault of the net."""
    if all(size == 1 for size in facts.shape):
        return "–"
    return hundredths(facts.std)


def _percent(fraction: float) -> str:
    if isnan(fraction):
        return "NaN"
    if fraction == 0:
        return "0"
    return f"{100 * fraction:.0f} %"
