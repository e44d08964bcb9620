"""A worker that has answered others answers alike, whatever a lecture file draws from or shares."""

import importlib

import pytest

from rollcall.experiments.forward.experiment import ForwardQuery, forward
from rollcall.experiments.training.experiment import TrainingQuery, training
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from web.course import RUNNING

FILE = """
import random

import numpy as np
import torch
from torch import nn

shared = nn.Linear(10, 10)
calls = []


class DrawsNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        noise = random.random() + np.random.rand() + torch.rand(())
        return self.layer(x * noise)


class DefaultNet(nn.Module):
    def __init__(self, layer=nn.Linear(10, 10)):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)


class ClassLevelNet(nn.Module):
    layers = [nn.Linear(10, 10), nn.BatchNorm1d(10)]

    def __init__(self):
        super().__init__()
        self.first, self.second = self.layers

    def forward(self, x):
        return self.second(self.first(x))


class GlobalNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = shared

    def forward(self, x):
        calls.append(x)
        return self.layer(x) * len(calls)
"""
PAIRS = [("DrawsNet", "DefaultNet"), ("ClassLevelNet", "GlobalNet")]
each_pair = pytest.mark.parametrize("pair", PAIRS, ids=["draws and shares", "shares"])


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    importlib.import_module(SLOW_IMPORT)  # as a worker does: it sets warning filters
    folder = tmp_path_factory.mktemp("course")
    (folder / "odd.py").write_text(FILE)
    return load(folder)


@each_pair
def test_the_same_queries_after_training_are_answered_alike(
    catalog: Catalog, pair: tuple[str, str]
) -> None:
    left, right = (f"odd.{each}" for each in pair)

    def answers() -> dict[str, str]:
        answered = {}
        for experiment in RUNNING:
            asked = {"left": left, "right": right, "seed": 2}
            if "steps" in experiment.query.model_fields:
                asked["steps"] = 3
            query = experiment.query.model_validate(asked)
            answered[experiment.name] = experiment.run(query, catalog).model_dump_json()
        return answered

    first = answers()
    trained = training(TrainingQuery(left=left, right=right, steps=20), catalog)
    assert trained.left.learning
    assert trained.right.learning
    again = answers()
    assert [name for name in first if again[name] != first[name]] == []


def test_what_forward_draws_follows_the_seed(catalog: Catalog) -> None:
    def outputs(seed: int) -> object:
        trace = forward(
            ForwardQuery(left="odd.DrawsNet", right="odd.DrawsNet", seed=seed), catalog
        ).left.call_log
        assert trace
        return trace.steps[0].outputs

    assert outputs(1) == outputs(1)
    assert outputs(1) != outputs(2)


def test_two_builds_share_nothing(catalog: Catalog) -> None:
    for name in catalog.contents.cards:
        one, other = (catalog.build(name, 0) for _ in range(2))
        assert type(one) is not type(other)
        assert {id(p) for p in one.parameters()} & {id(p) for p in other.parameters()} == set()


def test_what_shares_nothing_is_drawn_from_the_seed_as_before(catalog: Catalog) -> None:
    weights = [
        catalog.build("odd.DrawsNet", seed).state_dict()["layer.weight"] for seed in (1, 1, 2)
    ]
    assert weights[0].equal(weights[1])
    assert not weights[0].equal(weights[2])
