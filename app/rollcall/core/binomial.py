"""How many of n independent draws succeed with probability p, and how often it should be how many."""

import math
from collections.abc import Sequence

from rollcall.core.report import Report

MOST_BARS = 25
REACH = 4  # standard deviations on either side are shown, whether or not a draw went there


class Counts(Report):
    """How often it was how many, and how often that is expected."""

    start: int  # the first bar counts the outcomes start, start + 1 ... start + width - 1
    width: int
    seen: tuple[int, ...]  # one number a bar
    expected: tuple[float, ...]


def deviation(n: int, p: float) -> float:
    """Standard deviation of the fraction that succeeds: sqrt(p (1 - p) / n)."""
    return math.sqrt(p * (1 - p) / n) if n else 0.0


def probability(k: int, n: int, p: float) -> float:
    """Of exactly `k` successes: n! / k! / (n - k)! · p^k · (1 - p)^(n - k)."""
    if p in (0, 1):
        return float(k == n * p)
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(choices + k * math.log(p) + (n - k) * math.log1p(-p))


def counted(outcomes: Sequence[int], n: int, p: float) -> Counts:
    """Count `outcomes`, each the number of successes among `n`, beside what a binomial expects."""
    around = REACH * n * deviation(n, p)
    low = min(max(0, math.floor(n * p - around)), *outcomes, n)
    high = max(min(n, math.ceil(n * p + around)), *outcomes, 0)
    width = -(-(high - low + 1) // MOST_BARS)
    bars = -(-(high - low + 1) // width)
    seen = [0] * bars
    for outcome in outcomes:
        seen[(outcome - low) // width] += 1
    inside = [range(low + bar * width, min(low + (bar + 1) * width, n + 1)) for bar in range(bars)]
    expected = (len(outcomes) * sum(probability(k, n, p) for k in each) for each in inside)
    return Counts(start=low, width=width, seen=tuple(seen), expected=tuple(expected))
