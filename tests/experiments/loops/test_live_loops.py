"""Loops are told while they run, and what is told does not depend on when."""

import importlib
import threading
from math import inf
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from event_loop import run
from lectures.course import COURSE
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.loops import telling
from rollcall.experiments.loops.experiment import RECORDER, LoopsQuery, LoopsReport, loops
from rollcall.lab import Lab
from rollcall.lab.apart import joined
from rollcall.lab.guard import Guard
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

ODD = Path(__file__).with_name("odd_loops.py")
FILE = """
import time
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD

GO = Path(__file__).with_name("go")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(10, 2)

    def forward(self, x):
        return self.head(x)


class NoisyNet(Net):
    def forward(self, x):
        return self.head(F.dropout(x) + torch.rand(1).item())


def train(model, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for x, y in batches:
        F.mse_loss(model(x), y).backward()
        optimizer.step()
        yield


def waits(model: Net, batches):
    for number, _ in enumerate(train(model, batches), 1):
        time.sleep(0.06)
        while number == 4 and not GO.exists():
            time.sleep(0.01)


def runs(model: Net, batches):
    list(train(model, batches))


def is_noisy(model: NoisyNet, batches):
    list(train(model, batches))
    warnings.warn("late")
    for x, _ in batches:
        model(x)


def changes_things(model: Net, batches):
    list(train(model, batches))
    torch.set_default_dtype(torch.float64)
    nn.Linear.forward = lambda self, x: x


def has_a_thread(model: Net, batches):
    import threading

    taker = threading.Thread(target=lambda: list(train(model, batches)))
    taker.start()
    taker.join()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    importlib.import_module(SLOW_IMPORT)  # as a worker does: it sets warning filters
    folder = tmp_path_factory.mktemp("live")
    (folder / "odd.py").write_text(ODD.read_text())
    (folder / "live.py").write_text(FILE)
    chapters = ['[[chapter]]\nfile = "odd"\n', '[[chapter]]\nfile = "live"\n']
    (folder / "course.toml").write_text("".join(f"{each}input = [4, 10]\n" for each in chapters))
    return folder


@pytest.fixture(scope="module")
def catalog(folder: Path) -> Catalog:
    return load(folder).guarding()


def live(query: LoopsQuery, catalog: Catalog, left_out: str) -> list[Any]:
    made: list[Any] = []

    def show(turns: Any) -> None:
        assert threading.current_thread() is threading.main_thread()
        made.append(turns)

    RECORDER.live(query, catalog.leaving_out(left_out), show)
    return made


def packed(increments: list[Any]) -> list[bytes]:
    return [RECORDER.wire.write(each) for each in increments]


TRIED = [
    "odd.a_second_model",
    "odd.breaks_its_model",
    "odd.a_quarter_at_a_time",
    "odd.with_classes",
    "odd.raises_at_five",
    "live.is_noisy",
    "live.has_a_thread",
    "loop_modes.validates_in_train",
    "loop_steps.scheduler_first",
]


@pytest.mark.parametrize("name", TRIED)
def test_a_step_is_told_alike_whenever_it_is_told(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Bit for bit, with what was heard by then, and the frames are those of a run to the end."""
    if name.startswith("loop_"):
        catalog = COURSE.guarding()
    query = LoopsQuery(left=name, right=name)
    told = []
    for seconds in (0.0, inf):
        monkeypatch.setattr(telling, "EVERY", seconds)
        told.append(packed(live(query, catalog, "right")))
    assert told[0] == told[1]
    alone = [live(query, catalog, side) for side in ("right", "left")]
    for at in (0, 3, 200):
        frame = query.showing(at)
        left, right = (RECORDER.frame(increments, frame) for increments in alone)
        assert left
        assert right
        expected = loops(frame, catalog).model_dump_json()
        assert joined(left, right).model_dump_json() == expected


def test_what_a_loop_changes_is_told_and_put_back(folder: Path) -> None:
    """Though it cannot be run a second time, under guard."""
    query = LoopsQuery(left="live.changes_things", right="live.runs")
    before, guard = nn.Linear.forward, Guard()
    made: list[Any] = []
    guard.alone(lambda catalog: made.extend(live(query, catalog, "right")), load(folder))
    assert torch.get_default_dtype() == torch.float32
    assert nn.Linear.forward is before
    assert not guard.spent
    told = [[each.name for each in turns[0].notes.state_changes] for turns in made]
    assert told == [[]] * 10 + [["the default dtype", "torch.nn.modules.linear.Linear.forward"]]


def test_a_viewer_sees_frames_before_the_loop_has_ended(folder: Path) -> None:
    """It waits for a file, which is written when the frames were seen."""
    experiment = EXPERIMENTS["loops"]
    query = LoopsQuery(left="live.waits", right="live.runs", at=0)

    async def watch(lab: Lab) -> list[LoopsReport]:
        seen = [await lab.run(experiment, query.showing(at)) for at in (0, 1, 2)]
        (folder / "go").touch()
        last = await lab.run(experiment, query.showing(200))
        (folder / "go").unlink()
        again = await lab.run(experiment, query.showing(200))
        return [*seen, last, again]  # type: ignore[list-item]

    lab = Lab(folder)
    try:
        *seen, last, again = run(watch(lab))
    finally:
        lab.close()
    assert again == last  # a second run would have waited in vain
    assert [(each.left.shown, each.left.ended) for each in seen] == [(n, False) for n in (0, 1, 2)]
    assert [each.right.shown for each in seen] == [0, 1, 2]
    assert (last.left.shown, last.left.ended, last.left.stopped) == (8, True, None)
    for report in seen:
        assert report.left.tensors[0].moved == last.left.tensors[0].moved[: report.shown + 1]
