"""What is the matter with a model is looked for once, and no page tells what another one asked."""

from pathlib import Path

import pytest

from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport, registry
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

MODELS = """
import random
import torch
from torch import nn

def example_input():
    return torch.randn(4, 10)

class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        return self.layer(x) + torch.rand(5)

class SeedsInEval(Noisy):
    def forward(self, x):
        if not self.training:
            random.seed(1)
        return super().forward(x)

class ForSomeSeeds(Noisy):
    def __init__(self):
        super().__init__()
        if torch.initial_seed() == 0:
            raise ValueError("not with seed 0")
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "kept.py").write_text(MODELS)
    catalog = load(tmp_path)
    asked(catalog, "Noisy")  # at its first use PyTorch changes the warning filters
    catalog.forget_answers()
    return catalog


def asked(catalog: Catalog, model: str, seed: int = 0) -> RegistryReport:
    name = f"kept.{model}"
    return registry(RegistryQuery(left=name, right=name, seed=seed), catalog)


@pytest.mark.parametrize("model", ["Noisy", "SeedsInEval", "ForSomeSeeds"])
def test_a_page_is_the_same_whatever_was_asked_before(catalog: Catalog, model: str) -> None:
    first = asked(catalog, model, seed=5)
    asked(catalog, model, seed=9)
    assert asked(catalog, model, seed=5) == first
    catalog.forget_answers()
    asked(catalog, model, seed=9)
    assert asked(catalog, model, seed=5) == first


def test_they_are_of_one_seed(catalog: Catalog) -> None:
    kept = [asked(catalog, "Noisy", seed).left.findings for seed in (0, 5)]
    assert kept[0] == kept[1]
    assert [finding.kind for finding in kept[0].findings] == ["random in eval"]


def test_they_are_looked_for_once(catalog: Catalog) -> None:
    first = asked(catalog, "Noisy", seed=5).left.findings
    assert asked(catalog, "Noisy", seed=6).left.findings is first


def test_what_only_they_have_seeded_is_told_each_time(catalog: Catalog) -> None:
    for seed in (5, 6):
        changes = asked(catalog, "SeedsInEval", seed).left.notes.state_changes
        assert [change.name for change in changes] == ["the random numbers of Python"]


def test_a_constructor_that_raises_with_their_seed_alone(catalog: Catalog) -> None:
    subject = asked(catalog, "ForSomeSeeds", seed=5).left
    assert subject.raised is None
    (run,) = subject.findings.not_run
    assert (run.name, run.raised.message) == ("seed 0", "not with seed 0")
