"""Copies of a module begin equal, and their parts are not named again; others do not."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from rollcall.core.walk.object_walk import walk
from rollcall.experiments.training.equal_start import equal_starts


def copies(module: nn.Module) -> nn.Module:
    return nn.Sequential(module, deepcopy(module), deepcopy(module))


def one_changed() -> nn.Module:
    """Equal in what is looked at first, and not in the last number."""
    changed = nn.Linear(9, 9)
    model = nn.Sequential(changed, deepcopy(changed))
    with torch.no_grad():
        changed.weight[-1, -1] += 1
    return model


@pytest.mark.parametrize(
    ("model", "paths"),
    [
        (copies(nn.Linear(2, 3)), (("0", "1", "2"),)),
        (
            copies(nn.Sequential(nn.Linear(2, 2), nn.ReLU())),
            (("0", "1", "2"),),
        ),
        (nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 3)), ()),
        (nn.Sequential(nn.BatchNorm1d(3), nn.BatchNorm1d(3)), ()),  # all ones: nobody wonders
        (nn.Sequential(*[nn.Linear(2, 2)] * 2), ()),  # one module under two names
        (nn.Sequential(nn.LazyLinear(2), nn.LazyLinear(2)), ()),
        (nn.Sequential(nn.Linear(2, 2, device="meta"), nn.Linear(2, 2, device="meta")), ()),
        (one_changed(), ()),
    ],
)
def test_modules_that_begin_equal(model: nn.Module, paths: tuple[tuple[str, ...], ...]) -> None:
    assert equal_starts(walk(model)) == paths
