"""The notebook that pre-flight hands out gives the verdicts of the page."""

import io
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType

import pytest
import torch

from chosen import combined, of_each_kind, some
from lectures.course import COURSE, FINISHED, kind_of
from lectures.lectures import catalog_of
from rollcall.core.query import Mode
from rollcall.experiments.preflight.compiler_guards import unmeasured
from rollcall.experiments.preflight.experiment import PreflightQuery, PreflightSubject, preflight
from rollcall.folders import MODELS
from rollcall.lectures.catalog import Catalog
from zoo.catalog import MODELS as ANIMALS_FOLDER
from zoo.catalog import zoo

ANIMALS = (
    "buffers.Aliased",
    "buffers.RunningMean",
    "classes.Dataclass",
    "classes.NamedParameters",
    "containers.Activations",
    "containers.Deque",
    "containers.DictOfLists",
    "gradients.BiasBeforeNorm",
    "gradients.ByTask",
    "gradients.DropsAll",
    "gradients.InferenceMode",
    "gradients.Predicts",
    "gradients.SlopeOfTheInput",
    "gradients.Unused",
    "gradients.ZeroInit",
    "holders.Hooked",
    "holders.Parent",
    "modes.EvalOverridden",
    "modes.SkipsByPython",
    "parameters.LocalLayer",
    "parameters.Negated",
    "sharing.Pruned",
    "sharing.Teacher",
)
OF_THE_COURSE = of_each_kind(FINISHED, kind_of)
MODES: tuple[Mode, ...] = ("train", "eval")
COURSE_TOML = """
[[chapter]]
file = "own"
title = "Own"
input = [4, 10]
inputs = { Pair = [[4, 10], [4, 10]] }
"""
# Where the order of the calls decides, and what a simpler program would stumble over.
OWN = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 10)

    def forward(self, x):
        return self.fc(x)


class ForgetsAPart(Net):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(10)

    def forward(self, x):
        return self.norm(self.fc(x))

    def train(self, mode=True):
        self.training = mode
        self.fc.train(mode)


class Stale(Net):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.randn(10))
        self.table = self.bias.abs().detach()

    def train(self, mode=True):
        super().train(mode)
        if not mode:
            self.table = self.bias.abs().detach()
        return self

    def forward(self, x):
        return self.fc(x) + (self.bias.abs() if self.training else self.table)


class FedBack(Net):
    def __init__(self):
        super().__init__()
        self.hidden = torch.randn(4, 10)

    def forward(self, x):
        self.hidden = torch.tanh(self.fc(x) + self.hidden)
        return self.hidden


class BrokenTrain(Net):
    def train(self, dataset, steps=20):
        for x in dataset:
            self(x)


class NoReturn(Net):
    def train(self, mode=True):
        super().train(mode)


class CannotPrint(Net):
    def extra_repr(self):
        return self.missing

    def __repr__(self):
        return self.extra_repr()


class ToRaises(Net):
    def to(self, *args, **kwargs):
        raise ValueError("it stays here")


class Experts(Net):
    def __init__(self):
        super().__init__()
        self.other = nn.Linear(10, 10)

    def forward(self, x):
        return {"y": (self.fc(x) if x.sum() > 0 else self.other(x), x.argmax())}


class Pair(Net):
    def forward(self, x, other):
        return self.fc(x) * other, self.training
"""

ODD = (
    "ForgetsAPart",
    "Stale",
    "FedBack",
    "BrokenTrain",
    "NoReturn",
    "CannotPrint",
    "ToRaises",
    "Experts",
    "Pair",
)


@pytest.mark.parametrize("name", some(OF_THE_COURSE, 2))
def test_a_notebook_of_the_course(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    compare(monkeypatch, COURSE, MODELS, name)


@pytest.mark.parametrize(("name", "mode"), some(combined(ANIMALS, MODES), 2, first=1))
def test_a_notebook_of_a_bug(monkeypatch: pytest.MonkeyPatch, name: str, mode: Mode) -> None:
    compare(monkeypatch, zoo(), ANIMALS_FOLDER, name, mode)


@pytest.mark.parametrize(("name", "mode"), combined(ODD, MODES))
def test_a_notebook_of_an_odd_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, mode: Mode
) -> None:
    compare(monkeypatch, catalog_of(tmp_path, OWN, COURSE_TOML), tmp_path, f"own.{name}", mode)


def compare(
    monkeypatch: pytest.MonkeyPatch,
    catalog: Catalog,
    folder: Path,
    name: str,
    mode: Mode = "train",
) -> None:
    query = PreflightQuery(left=name, right=name, mode=mode)
    subject = preflight(query, catalog.leaving_out("right")).left
    assert subject.raised is None
    wanted = [line.outcome.verdict for line in subject.lines if line.outcome.verdict != "na"]
    said = run_notebook(monkeypatch, folder / f"{name.partition('.')[0]}.py", subject)
    told = [line for line in said if line.startswith(("pass ", "FAIL "))]
    assert [line[:4].lower() for line in told] == wanted, told


def run_notebook(
    monkeypatch: pytest.MonkeyPatch, file: Path, subject: PreflightSubject
) -> list[str]:
    """What it prints in a module that holds the lecture file."""
    notebook = ModuleType("notebook")
    monkeypatch.setitem(sys.modules, "notebook", notebook)
    said = io.StringIO()
    with torch.random.fork_rng(), redirect_stdout(said), warnings.catch_warnings(), unmeasured():
        warnings.simplefilter("ignore")  # in a notebook they are no errors
        exec(compile(file.read_text(), file.name, "exec"), notebook.__dict__)
        exec(subject.notebook, notebook.__dict__)
    return said.getvalue().splitlines()
