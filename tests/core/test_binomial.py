"""How many independent draws a dropout makes, and every outcome of a binomial has its bar."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rollcall.core.binomial import counted
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

    draws = Draws(nn.Sequential(AddsInPlace(), nn.Dropout(0.0)), torch.ones(2, 2), 0, 0, "")
    for _ in range(3):
        mask = draws.next().mask
        assert mask
        assert mask.tally.input == 2
