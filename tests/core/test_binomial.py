"""How many independent draws a dropout makes, and every outcome of a binomial has its bar."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rollcall.core.binomial import counted
from rollcall.core.mask import n_trials
from rollcall.experiments.dropout.draws import Masks


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

    masks = Masks(nn.Sequential(AddsInPlace(), nn.Dropout(0.0)), torch.ones(2, 2), 0, 0, "")
    for draw in (1, 2, 3):
        mask = masks.at(draw).mask
        assert mask
        assert mask.tally.input == 2


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
