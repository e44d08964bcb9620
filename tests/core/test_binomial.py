"""How many independent draws a dropout makes, and every outcome of a binomial has its bar."""

from math import comb, log
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from rollcall.core.binomial import counted, deviation, fraction_bounds
from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import n_trials
from rollcall.experiments.dropout.draws import Draws


@pytest.mark.parametrize(
    ("target", "shape", "draws"),
    [
        (nn.Dropout(), (2, 3, 4), 24),
        (nn.Dropout(), (5,), 5),
        (nn.Dropout(), (), 1),
        (nn.AlphaDropout(), (2, 3, 4), 24),
        (F.dropout, (2, 3, 4), 24),
        (F.alpha_dropout, (2, 3, 4, 5), 120),
        (nn.Dropout1d(), (2, 3, 4), 6),
        (nn.Dropout1d(), (3, 4), 3),
        (F.dropout1d, (3, 4), 3),
        (nn.Dropout2d(), (2, 3, 4, 5), 6),
        (F.dropout2d, (3, 4, 5), 12),
        (nn.Dropout3d(), (2, 3, 4, 5, 6), 6),
        (nn.FeatureAlphaDropout(), (2, 3, 4), 6),
        (F.feature_alpha_dropout, (2, 3, 4), 6),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_one_draw_for_each_number_or_for_each_channel(
    target: Any, shape: tuple[int, ...], draws: int
) -> None:
    assert n_trials(target, shape) == draws


def test_the_last_outcome_is_expected_too() -> None:
    counts = counted([2, 0], 2, 0.5)
    assert (counts.start, counts.width) == (0, 1)
    assert counts.expected == pytest.approx((0.5, 1.0, 0.5))
    assert counts.seen == (1, 0, 1)


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.5), (7, 0.9), (30, 0.97), (60, 0.99), (3, 1.0), (4, 0.0)]
)
def test_the_bars_add_up_where_they_reach_to_n(n: int, p: float) -> None:
    counts = counted([n, 0, n], n, p)  # so that no outcome is left out
    assert sum(counts.expected) == pytest.approx(3)


def test_every_draw_starts_from_the_same_input() -> None:
    class AddsInPlace(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.add_(1)

    draws = Draws(
        nn.Sequential(AddsInPlace(), nn.Dropout(0.0)), ModelInput.of(torch.ones(2, 2)), 0, 0, ""
    )
    for _ in range(3):
        mask = draws.next().mask
        assert mask
        assert mask.tally.input == 2


@given(n=st.integers(1, 200), p=st.floats(0, 1), odds=st.sampled_from([0.5, 1e-2, 1e-6]))
def test_chance_leaves_the_bounds_as_seldom_as_promised(n: int, p: float, odds: float) -> None:
    low, high = fraction_bounds(n, p, odds)
    assert 0 <= low <= p <= high <= 1
    outside = sum(
        comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if not low <= k / n <= high
    )
    assert outside <= odds


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_what_is_certain_has_no_spread(p: float) -> None:
    assert fraction_bounds(1000, p, 1e-6) == (p, p)


def test_more_draws_leave_less_to_chance() -> None:
    (few, above), (many, beyond) = (fraction_bounds(n, 0.5, 1e-6) for n in (100, 10_000))
    assert 0.1 < few < many < 0.5 < beyond < above < 0.9
    assert many == pytest.approx(0.5 - 5.4 * 0.005, abs=2e-3)  # 0.005: one standard deviation


@pytest.mark.parametrize(
    ("n", "width", "bars"), [(24, 1, 25), (25, 2, 13), (49, 2, 25), (50, 3, 17)]
)
def test_no_more_than_25_bars_and_no_fewer_than_fit(n: int, width: int, bars: int) -> None:
    counts = counted([0, n], n, 0.5)
    assert (counts.width, len(counts.seen), len(counts.expected)) == (width, bars, bars)
    assert (counts.seen[0], counts.seen[-1], sum(counts.seen)) == (1, 1, 2)


def test_four_standard_deviations_on_either_side_are_shown() -> None:
    counts = counted([50], 100, 0.5)  # whose standard deviation is 5
    assert (counts.start, counts.width, len(counts.seen)) == (30, 2, 21)


def test_of_no_trials_nothing_deviates() -> None:
    assert deviation(0, 0.5) == 0.0


def test_bounds_of_a_fraction_are_where_chernoff_puts_them() -> None:
    n, p, odds = 400, 0.3, 1e-6
    for share in fraction_bounds(n, p, odds):
        divergence = share * log(share / p) + (1 - share) * log((1 - share) / (1 - p))
        assert n * divergence == pytest.approx(log(2 / odds), rel=1e-6)
