"""The bounds hold what a binomial does, by its own probabilities."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.core.chance import bounds


@given(n=st.integers(1, 200), p=st.floats(0, 1), odds=st.sampled_from([0.5, 1e-2, 1e-6]))
def test_chance_leaves_the_bounds_as_seldom_as_promised(n: int, p: float, odds: float) -> None:
    low, high = bounds(n, p, odds)
    assert 0 <= low <= p <= high <= 1
    outside = sum(
        comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if not low <= k / n <= high
    )
    assert outside <= odds


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_what_is_certain_has_no_spread(p: float) -> None:
    assert bounds(1000, p, 1e-6) == (p, p)


def test_more_draws_leave_less_to_chance() -> None:
    (few, above), (many, beyond) = (bounds(n, 0.5, 1e-6) for n in (100, 10_000))
    assert 0.1 < few < many < 0.5 < beyond < above < 0.9
    assert many == pytest.approx(0.5 - 5.4 * 0.005, abs=2e-3)  # 0.005: one standard deviation
