"""The binomial distribution: how many of n independent draws succeed with probability p."""

import math
from collections.abc import Sequence

from rollcall.core.report import Report

MOST_BARS = 25
N_STD = 4  # standard deviations on either side that are always shown
BISECTIONS = 60  # each halves what is left


class Counts(Report):
    """How often each number of successes was counted, and how often it is expected."""

    start: int  # the first bar counts the outcomes start, start + 1 ... start + width - 1
    width: int
    seen: tuple[int, ...]  # one count a bar
    expected: tuple[float, ...]


def deviation(n: int, p: float) -> float:
    """Standard deviation of the fraction that succeeds: sqrt(p (1 - p) / n)."""
    if not n:
        return 0.0
    return math.sqrt(p * (1 - p) / n)


def probability(k: int, n: int, p: float) -> float:
    """Of exactly `k` successes: n! / k! / (n - k)! · p^k · (1 - p)^(n - k)."""
    if p in (0, 1):
        return float(k == n * p)
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(choices + k * math.log(p) + (n - k) * math.log1p(-p))


def counted(outcomes: Sequence[int], n: int, p: float) -> Counts:
    """Count `outcomes`, each the number of successes among `n`, beside what a binomial expects."""
    mean, margin = n * p, N_STD * n * deviation(n, p)
    low = min([max(0, math.floor(mean - margin)), *outcomes])
    high = max([min(n, math.ceil(mean + margin)), *outcomes])
    width = math.ceil((high - low + 1) / MOST_BARS)
    starts = range(low, high + 1, width)
    seen = [0] * len(starts)
    for outcome in outcomes:
        seen[(outcome - low) // width] += 1
    expected = []
    for start in starts:
        inside = range(start, min(start + width, n + 1))
        expected.append(len(outcomes) * sum(probability(k, n, p) for k in inside))
    return Counts(start=low, width=width, seen=tuple(seen), expected=tuple(expected))


def fraction_bounds(n: int, p: float, odds: float) -> tuple[float, float]:
    """Between which fractions `n` draws of probability `p` stay, but for one time in `1 / odds`.

    Chernoff's bound: a share of at least f, or below p of at most f, has a probability of at most
    exp(-n KL(f, p)).

    Args:
        n: how many independent draws, at least 1.
        p: probability of each, from 0 to 1.
        odds: probability of a fraction outside, over 0.
    """
    limit = math.log(2 / odds) / n
    return _farthest(0.0, p, limit), _farthest(1.0, p, limit)


def _farthest(outside: float, p: float, limit: float) -> float:
    """The farthest share towards `outside` whose divergence from p stays within the limit."""
    if _divergence(outside, p) <= limit:
        return outside
    inside = p
    for _ in range(BISECTIONS):
        middle = (inside + outside) / 2
        if _divergence(middle, p) <= limit:
            inside = middle
        else:
            outside = middle
    return inside


def _divergence(share: float, p: float) -> float:
    """Kullback-Leibler divergence of one coin from another."""
    total = 0.0
    for a, b in ((share, p), (1 - share, 1 - p)):
        if a > 0 and b == 0:
            return math.inf
        if a > 0:
            total += a * math.log(a / b)
    return total
