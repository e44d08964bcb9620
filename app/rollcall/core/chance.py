"""How far chance alone takes a fraction from its probability."""

from math import log

STEPS = 60  # of a bisection; each halves what is left


def bounds(n: int, p: float, odds: float) -> tuple[float, float]:
    """Fractions between which `n` independent draws of probability `p` stay, but for one time in `1 / odds`.

    By Chernoff's bound: a share of at least (below p: at most) f has a probability of at most exp(-n KL(f, p)).
    """
    limit = log(2 / odds) / n
    return _edge(0.0, p, limit), _edge(1.0, p, limit)


def _edge(outside: float, p: float, limit: float) -> float:
    """The farthest share towards `outside` whose divergence from p stays within the limit."""
    if _divergence(outside, p) <= limit:
        return outside
    inside = p
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if _divergence(middle, p) <= limit else (inside, middle)
    return inside


def _divergence(share: float, p: float) -> float:
    """Kullback and Leibler's, between two coins."""
    terms = ((share, p), (1 - share, 1 - p))
    if any(a > 0 and b == 0 for a, b in terms):
        return float("inf")
    return sum(a * log(a / b) for a, b in terms if a > 0)
