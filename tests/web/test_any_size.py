"""A page of a large model is as long as that of a small one: what is alike shares a line."""

from pathlib import Path
from typing import cast

import pytest
import torch

from chosen import some
from event_loop import run
from rollcall.core.input.model_input import ModelInput
from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Report
from rollcall.core.roll_call import take_roll_call
from rollcall.core.scan import scan
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.model_source import source_of
from rollcall.experiments.preflight.experiment import PreflightQuery, PreflightReport, preflight
from rollcall.experiments.preflight.outcome import CheckOutcome
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.loading import load
from web.answering import page, responder
from web.course import RUNNING

FILE = """
from torch import nn

class Net(nn.Module):
    blocks = 30

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Dropout(0.1)) for _ in range(self.blocks)
        )
        self.spare = [nn.Linear(4, 4)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.spare[0](x)

class Large(Net):
    blocks = 150
"""
MOST_BYTES = 150_000
# These build a large model so often that it takes 10 seconds. What they show of 10,000 modules is
# put together from less.
MADE_UP = ("registry", "preflight")
RUN = [experiment for experiment in RUNNING if experiment.name not in MADE_UP]


def query_of(experiment: Experiment, name: str) -> PairQuery:
    """One model on both sides; where a page trains, two steps."""
    asked: dict[str, object] = {"left": name, "right": name}
    if "steps" in experiment.query.model_fields:
        asked["steps"] = 2
    return cast(PairQuery, experiment.query.model_validate(asked))


@pytest.mark.parametrize("experiment", RUN, ids=lambda each: each.name)
def test_five_times_the_modules_take_at_most_a_tenth_more_of_page(
    experiment: Experiment, tmp_path: Path
) -> None:
    (tmp_path / "net.py").write_text(FILE)
    catalog = load(tmp_path)
    few, many = (length(catalog, query_of(experiment, name)) for name in ("net.Net", "net.Large"))
    assert many <= 1.1 * few
    assert many <= MOST_BYTES


LARGE_FILE = """
from torch import nn

class Net(nn.Module):
    times = 24

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(block() for _ in range(self.times))

    def forward(self, x):
        for place, block in enumerate(self.blocks):
            x = x + (place % 20 != 7) * block(x)  # what differs is scattered over all of them
        return x

class Large(Net):
    times = 244

class Small(Net):
    times = 1

# Not all side by side: load_state_dict() looks through all keys of a module for each child.
def block():
    return nn.Sequential(*(part for _ in range(5) for part in parts()))

def parts():
    return nn.Linear(1, 1), *(nn.Identity() for _ in range(7))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Models of 986 and of 10,006 modules."""
    folder = tmp_path_factory.mktemp("large")
    (folder / "net.py").write_text(LARGE_FILE)
    return load(folder)


@pytest.mark.parametrize("experiment", some(RUN, 4, first=1), ids=lambda each: each.name)
def test_a_page_of_10_000_modules_is_as_long_as_one_of_1_000(
    experiment: Experiment, large: Catalog
) -> None:
    few, many = (length(large, query_of(experiment, name)) for name in ("net.Net", "net.Large"))
    assert many <= 1.1 * few
    assert many <= MOST_BYTES


def length(catalog: Catalog, query: PairQuery) -> int:
    """Bytes of a page with one model on both sides, which is run once."""
    report = EXPERIMENTS[query.path[1:]].run(query, catalog.leaving_out("right"))
    both = report.model_copy(update={"right": dict(report)["left"]})
    return bytes_of(both, query, *catalog.contents.cards.values())


def bytes_of(report: Report, query: PairQuery, *cards: ModelCard) -> int:
    return len(run(page(responder(report, *cards), query)).encode())


def test_so_it_is_on_the_registry_page(large: Catalog) -> None:
    few, many = (length_of_registry(large, name) for name in ("net.Net", "net.Large"))
    assert many <= 1.1 * few
    assert many <= MOST_BYTES


def length_of_registry(catalog: Catalog, name: str) -> int:
    """Of a page without the findings, which are no longer for a large model."""
    query = cast(RegistryQuery, query_of(EXPERIMENTS["registry"], name))
    model, example = catalog.build(name, 0), ModelInput.of(torch.ones(2, 1))
    subject = RegistrySubject(
        card=catalog.contents.cards[name],
        source=source_of(catalog.lecture_file(name), model),
        scan=scan(model, *example.args),
        roll_call=take_roll_call(lambda: catalog.build(name, 0), example, "cpu", 0, "net.py"),
    )
    report = RegistryReport(query=query, left=subject, right=subject, changes=())
    return bytes_of(report, query, *catalog.contents.cards.values())


def test_so_it_is_on_the_checklist(large: Catalog) -> None:
    query = query_of(EXPERIMENTS["preflight"], "net.Small")
    report = preflight(cast(PreflightQuery, query), large)
    few, many = (
        bytes_of(all_failing(report, n), query, *large.contents.cards.values())
        for n in (1_000, 10_000)
    )
    assert many <= 1.1 * few
    assert many <= MOST_BYTES


def all_failing(report: PreflightReport, n: int) -> PreflightReport:
    """The report on a model of which each line of the checklist names so many tensors."""
    paths = tuple(f"blocks.{place}.weight" for place in range(n))
    outcome = CheckOutcome(verdict="fail", paths=paths, found=0, wanted=n)
    lines = tuple(line.model_copy(update={"outcome": outcome}) for line in report.left.lines)
    subject = report.left.model_copy(update={"lines": lines})
    return report.model_copy(update={"left": subject, "right": subject})


def test_an_open_line_need_not_have_been_asked_for(tmp_path: Path) -> None:
    """Of 41 layers that differ from their neighbours, 20 share a line, which has room to open."""
    (tmp_path / "net.py").write_text(
        "from torch import nn\n"
        "class Net(nn.Sequential):\n"
        "    def __init__(self):\n"
        "        parts = [part for _ in range(20) for part in (nn.ReLU(), nn.Identity())]\n"
        "        super().__init__(nn.Linear(1, 1), *parts)\n"
    )
    catalog = load(tmp_path)
    query = query_of(EXPERIMENTS["registry"], "net.Net")
    report = EXPERIMENTS["registry"].run(query, catalog)
    assert bytes_of(report, query, *catalog.contents.cards.values()) <= MOST_BYTES
