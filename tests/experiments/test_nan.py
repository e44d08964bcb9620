"""A model whose output holds NaN: every page that compares says that it is the same as itself."""

from typing import Any

import pytest

from rollcall.experiments.dropout.experiment import dropout
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.forward.experiment import ForwardQuery, forward
from rollcall.experiments.layers.experiment import LayersQuery, layers
from rollcall.experiments.modes.experiment import ModesQuery, modes
from rollcall.experiments.preflight.experiment import PreflightQuery, preflight
from rollcall.experiments.registry.experiment import RegistryQuery, registry
from rollcall.experiments.saving.experiment import SavingQuery, saving
from rollcall.experiments.training.experiment import TrainingQuery, training
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

LECTURE = """
import torch
from torch import nn


class NanNet(nn.Module):
    \"\"\"0 / 0 in one place of its output, NaN in one buffer and in one parameter.\"\"\"

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)
        self.drop = nn.Dropout()
        self.unused = nn.Parameter(torch.tensor([float("nan"), 1.0]))
        self.register_buffer("unknown", torch.tensor([float("nan"), 1.0, 1.0, 1.0, 1.0]))

    def forward(self, x):
        return self.drop(self.layer(x) * self.unknown)


class Root(nn.Module):
    def forward(self, x):
        return x.sqrt()


class MyRoot(nn.Module):
    def forward(self, x):
        return x.sqrt()


class Column(nn.Module):
    def forward(self, x):
        return x.sqrt()[:, :1]


class MyColumn(Column):
    pass
"""
COURSE = """
[[chapter]]
file = "own"
title = "Own"
input = [4, 10]
[chapter.models.MyRoot]
reference = "Root"
[chapter.models.MyColumn]
reference = "Column"
"""
NET: dict[str, Any] = {"left": "own.NanNet", "right": "own.NanNet", "mode": "eval"}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("nan")
    (folder / "own.py").write_text(LECTURE)
    (folder / "course.toml").write_text(COURSE)
    return load(folder)


def test_saving(catalog: Catalog) -> None:
    trip = saving(SavingQuery(**NET, steps=0), catalog).left.trip
    assert trip
    assert trip.comparison
    assert (trip.comparison.equal, trip.comparison.furthest, trip.comparison.repeats) == (
        True,
        0,
        True,
    )
    assert [tensor.back for tensor in trip.tensors] == [True] * 4


def test_modes(catalog: Catalog) -> None:
    effects = modes(ModesQuery(**NET), catalog).left.eval
    assert effects
    assert effects.apart == 0
    assert [drop.acts for drop in effects.drops] == [False]
    assert effects.tensor_changes == ()


def test_preflight(catalog: Catalog) -> None:
    lines = {
        line.name: line.outcome for line in preflight(PreflightQuery(**NET), catalog).left.lines
    }
    assert (lines["round_trip"].verdict, lines["agreeing"].verdict) == ("pass", "pass")


def test_forward(catalog: Catalog) -> None:
    assert forward(ForwardQuery(**NET), catalog).apart == 0


def test_dropout(catalog: Catalog) -> None:
    assert dropout(DropoutQuery(**NET, input="own"), catalog).left.identical


def test_registry(catalog: Catalog) -> None:
    roll_call = registry(RegistryQuery(**NET), catalog).left.roll_call
    assert roll_call
    answers = {each.path: each for each in roll_call.tensors}
    assert answers["unused"].stepped is False  # no gradient reaches it
    assert answers["layer.weight"].stepped is True


def test_training(catalog: Catalog) -> None:
    tensors = {
        each.path: each for each in training(TrainingQuery(**NET, steps=1), catalog).left.tensors
    }
    assert (tensors["unused"].changed, tensors["unused"].lost) == (False, False)
    assert (tensors["layer.weight"].changed, tensors["layer.weight"].lost) == (True, True)


def test_layers(catalog: Catalog) -> None:
    """An activation with NaN below 0 is one; a layer that answers NaN twice does not draw."""
    report = layers(LayersQuery(left="own.MyRoot", right="own.MyColumn"), catalog)
    assert (report.left.kind, report.left.failed) == ("activation", 0)
    assert (report.right.kind, report.right.mode) == ("module", "train")
