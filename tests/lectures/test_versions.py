"""A model with a mechanical mistake has a fixed version, which is run as any other model."""

from pathlib import Path

import pytest

from rollcall.core.query import InvalidParameter
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport, registry
from rollcall.folders import MODELS
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from rollcall.web.pairing import opposite
from rollcall.web.view.notes import notes_of
from rollcall.web.view.registry.changes import who_changes
from rollcall.web.view.sentence import read
from rollcall.web.view.versions import name_of

FILE = """\
from torch import nn
from torch.nn import Linear
from parts import Part


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Part(), Part()]  # é

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Derived(Net):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(self.layers)


class Long(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Linear(10, 10)
        self.one = [nn.Linear(10, 10)] * 2
        layer = nn.Linear(10, 10)
        self.blocks = nn.Sequential(*[layer] * 2)

    def forward(self, x):
        raise ValueError(self.one)


class Healthy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = Linear(10, 10)

    def forward(self, x):
        return self.layer(x)


def make() -> nn.Module:
    return Net()
"""
COURSE = """\
[[chapter]]
file = "exercise"
[[chapter.lesson]]
left = "Net"
right = "own.Net"
twin = false
page = "exercise"
title = "Repair it"
text = "Repair it."
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own")
    (path / "own.py").write_text(FILE, "utf-8")
    (path / "exercise.py").write_text(FILE, "utf-8")
    (path / "old.py").write_bytes(b"# coding: latin-1\n" + FILE.encode("latin-1"))
    part = "from torch import nn\nclass Part(nn.Linear):\n"
    part += "    def __init__(self):\n        super().__init__(10, 10)\n"
    (path / "parts.py").write_text(part, "utf-8")
    (path / "course.toml").write_text(COURSE, "utf-8")
    return path


@pytest.fixture(scope="module")
def catalog(folder: Path) -> Catalog:
    return load(folder)


def report_on(catalog: Catalog, name: str) -> RegistryReport:
    return registry(RegistryQuery(left=name, right=f"{name}.fixed"), catalog)


@pytest.mark.parametrize("name", ["own.Net", "own.make", "old.Net"])
def test_the_fixed_version_is_run_and_everybody_answers(catalog: Catalog, name: str) -> None:
    report = report_on(catalog, name)
    assert report.left.scan
    assert report.right.scan
    assert report.left.scan.registered == 0
    assert report.right.scan.registered == report.left.scan.unregistered == 220
    assert [
        (change.left[0].text.strip(), change.right[0].text.strip()) for change in report.changes
    ] == [
        (
            "self.layers = [Part(), Part()]  # é",
            "self.layers = nn.ModuleList([Part(), Part()])  # é",
        )
    ]


def test_it_says_who_has_made_it_and_what_is_otherwise(catalog: Catalog) -> None:
    report = report_on(catalog, "own.Net")
    told = [read(note) for note in notes_of(report.right)]
    assert told == [
        "Net, fixed by Roll Call: self.layers becomes an nn.ModuleList. The file is as it was."
    ]
    assert notes_of(report.left) == []
    assert name_of(report.right.card) == "Net, fixed"
    assert who_changes(report) == "Roll Call’s fix changes"
    assert report.right.source
    assert report.right.source.file == "own.py, fixed"


def test_the_two_are_each_others_opposite(catalog: Catalog) -> None:
    assert opposite(catalog.contents, "own.Net") == "own.Net.fixed"
    assert opposite(catalog.contents, "own.Net.fixed") == "own.Net"


@pytest.mark.parametrize("name", ["own.Healthy", "own.Derived", "exercise.Net", "own.Nobody"])
def test_what_has_nothing_to_be_fixed_or_is_an_exercise_has_no_fixed_version(
    catalog: Catalog, name: str
) -> None:
    assert not opposite(catalog.contents, name).endswith(".fixed")
    with pytest.raises(InvalidParameter):
        report_on(catalog, name)


def test_a_line_is_one_of_the_fixed_text(catalog: Catalog) -> None:
    """The fix has taken a line away."""
    report = report_on(catalog, "own.Long")
    raised = [report.left.forward_raised, report.right.forward_raised]
    assert [each and each.line for each in raised] == [32, 31]


def test_the_course_shows_the_correction_of_its_own(folder: Path) -> None:
    """Only what no lesson corrects is fixed by rule."""
    contents = load(MODELS).contents
    fixed = {name for name, card in contents.cards.items() if card.fixed}
    assert fixed == {"dropout_layers.ListDropout", "wrong_layers.TensorLinear"}
    assert contents.twins["containers.HalfListNet"] == "containers.FullListNet"


def test_nothing_is_written_and_nothing_is_run_twice(folder: Path, catalog: Catalog) -> None:
    names = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
    assert names == {"own.py", "old.py", "exercise.py", "parts.py", "course.toml"}
    assert (folder / "own.py").read_text("utf-8") == FILE
    first = catalog.buildable("own.Net.fixed")
    assert first.file is catalog.buildable("own.make.fixed").file
