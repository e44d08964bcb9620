"""Steps are made in stretches, and nothing of that shows in what is told."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from rollcall.experiments import stretch
from rollcall.experiments.in_turns import Turn
from rollcall.experiments.training.experiment import RECORDER, TrainingQuery, training
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

CALLS = """
import warnings
import torch
from torch import nn
class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.calls = nn.Linear(10, 2), 0
    def forward(self, x):
        self.calls += 1
        if self.calls in (4, 6):
            self.then()
        return self.layer(x) + torch.rand(1)
    def then(self):
        pass
class Warns(Counts):
    def then(self):
        warnings.warn(f"call {self.calls}")
class Seeds(Counts):
    def then(self):
        torch.manual_seed(self.calls)
class Sets(Counts):
    def then(self):
        torch.set_printoptions(precision=self.calls)
class Raises(Counts):
    def then(self):
        raise RuntimeError("no more")
class Filters(Counts):
    def then(self):
        warnings.simplefilter("ignore")
"""
MODELS = [f"calls.{name}" for name in ("Warns", "Seeds", "Sets", "Raises", "Filters")]
NEVER, ALWAYS = 0.0, 60.0  # seconds, for which a stretch lasts


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    importlib.import_module(SLOW_IMPORT)  # as a worker does: it sets warning filters
    (tmp_path / "calls.py").write_text(CALLS)
    return load(tmp_path)


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    return lambda seconds: monkeypatch.setattr(stretch, "SECONDS", seconds)


@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_a_long_stretch_tells_what_a_short_one_does(
    catalog: Catalog, lasting: Callable[[float], None], name: str, guarded: bool, noise: float
) -> None:
    if guarded:
        catalog = catalog.guarding()
    query = TrainingQuery(left=name, right="calls.Counts", steps=8, noise=noise)
    lasting(NEVER)
    expected = list(RECORDER.record(query, catalog))
    lasting(ALWAYS)
    assert list(RECORDER.record(query, catalog)) == expected
    for step in range(9):
        frame = RECORDER.frame(expected, query.showing(step))
        assert training(query.showing(step), catalog) == frame


def test_a_warning_is_told_from_its_step_on(
    catalog: Catalog, lasting: Callable[[float], None]
) -> None:
    lasting(ALWAYS)
    query = TrainingQuery(left="calls.Warns", right="calls.Counts", steps=8)
    turns = [turn for turn, _ in RECORDER.record(query, catalog) if isinstance(turn, Turn)]
    told = [[warned.message for warned in turn.notes.warned] for turn in turns]
    assert told == [[]] * 4 + [["call 4"]] * 2 + [["call 4", "call 6"]] * 4
