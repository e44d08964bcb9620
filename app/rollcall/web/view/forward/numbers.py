"""The numbers of one output."""

from dataclasses import dataclass
from math import isnan

from rollcall.core.tensor_stats import TensorFacts


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
        mean=decimal(facts.mean),
        std=decimal(facts.std),
        zeros=_percent(facts.zeros),
        any_zeros=facts.zeros > 0,
        max_abs=decimal(facts.max_abs),
        facts=facts,
    )


def decimal(number: float) -> str:
    """Two digits after the point, or the size of what would take much room."""
    if abs(number) >= 1000:
        return f"{number:.0e}"
    return f"{number:.2f}".replace("-0.00", "0.00")


def _percent(fraction: float) -> str:
    if isnan(fraction):
        return "nan"
    if fraction == 0:
        return "0"
    return f"{100 * fraction:.0f} %"
