"""Answers are computed once and kept, a seed means what it says, and no model ends the lab."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Awaitable, Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

import pytest

from event_loop import run
from rollcall.core.query import InvalidParameter, Query
from rollcall.core.report import Report
from rollcall.core.wire import Wire
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.experiments.training.experiment import TRAINING, TrainingQuery, TrainingReport
from rollcall.lab import Lab, TimeLimit, WorkerDied
from rollcall.lab import lab as lab_module
from rollcall.lab.worker_process import NAME
from web.course import WRITING

REGISTRY = EXPERIMENTS["registry"]
T = TypeVar("T")

NET = """
import os, threading
import torch
from torch import nn
from torch.nn import functional as F

TRACE = {trace!r}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def forward(self, x):
        return self.layer(x)

class Counted(Net):
    def forward(self, x):
        with open(TRACE, "a") as file:
            file.write("run\\n")
        return super().forward(x)

class Random(Net):  # how many numbers answer depends on what it drops, and that on the draw
    def forward(self, x):
        kept = int(F.dropout(torch.ones(1000)).count_nonzero())
        self.drawn = nn.Parameter(torch.randn(kept))
        return super().forward(x) + self.drawn.sum()

class Large(Net):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(300))

class Hangs(Net):
    def forward(self, x):
        threading.Event().wait()

class HangsLater(Net):
    calls = 0

    def forward(self, x):
        self.calls += 1
        if self.calls > 4:
            threading.Event().wait()
        return super().forward(x)

class Dies(Net):
    def forward(self, x):
        os._exit(7)
"""


def query(left: str, seed: int = 0, right: str = "net.Net") -> RegistryQuery:
    return RegistryQuery(left=left, right=right, seed=seed)


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


@pytest.fixture
def folder(tmp_path: Path, trace: Path) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "net.py").write_text(NET.replace("{trace!r}", repr(str(trace))))
    # With an input of its own, no worker builds the model to look for one.
    (folder / "course.toml").write_text(
        '[[chapter]]\nfile = "net"\ntitle = "Net"\ninput = [4, 10]\n'
    )
    return folder


def in_lab(
    folder: Path, work: Callable[[Lab], Awaitable[T]], *, workers: int = 1, seconds: float = 120
) -> T:
    """Run `work` on a lab that is closed afterwards."""

    async def opened() -> T:
        lab = Lab(folder, workers=workers, seconds=seconds, limits=WRITING)
        try:
            return await work(lab)
        finally:
            lab.close()

    return run(opened())


def processes() -> set[BaseProcess]:
    """The workers of every open lab, also of the application that other tests ask."""
    return {process for process in multiprocessing.active_children() if process.name == NAME}


def test_what_a_model_prints_is_not_in_the_terminal(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "says.py").write_text(
        "from torch import nn\nclass Says(nn.Linear):\n    def __init__(self):\n"
        "        super().__init__(10, 5)\n        print('made')\n"
        "    def forward(self, x):\n        print('called')\n        return super().forward(x)\n"
    )
    report = in_lab(folder, lambda lab: lab.run(REGISTRY, query("says.Says")))
    assert isinstance(report, RegistryReport)
    assert report.left.raised is None
    assert capfd.readouterr() == ("", "")


# Once


def runs(trace: Path) -> int:
    return len(trace.read_text().splitlines())


def test_many_at_once_cost_one_run(folder: Path, trace: Path) -> None:
    async def once(lab: Lab) -> tuple[int, list[Report]]:
        await lab.run(REGISTRY, query("net.Counted", seed=1))
        single = runs(trace)
        return single, await asyncio.gather(
            *[lab.run(REGISTRY, query("net.Counted", seed=2)) for _ in range(50)]
        )

    single, reports = in_lab(folder, once, workers=2)
    assert single > 0
    assert single < runs(trace) <= 2 * single  # a worker keeps what it found with another seed
    assert all(report == reports[0] for report in reports)


def test_an_answer_is_kept_until_a_lecture_file_changes(folder: Path, trace: Path) -> None:
    async def again(lab: Lab) -> list[int]:
        counts = []
        for _ in range(2):
            first = await lab.run(REGISTRY, query("net.Counted"))
            counts.append(runs(trace))
            assert await lab.run(REGISTRY, query("net.Counted")) == first
            counts.append(runs(trace))
            with (folder / "net.py").open("a", encoding="utf-8") as file:
                file.write("\n")
        return counts

    first, repeated, after_saving, and_again = in_lab(folder, again)
    assert first == repeated
    assert after_saving == and_again == 2 * first


def process_id(report: Report, query: Query) -> bytes:
    """Where a report is looked at."""
    assert isinstance(report, RegistryReport)
    assert isinstance(query, RegistryQuery)
    return f"{os.getpid()} {query.find}".encode()


def test_a_large_report_is_looked_at_where_it_was_made(folder: Path) -> None:
    async def looked(lab: Lab) -> list[bytes]:
        asked = (query("net.Net"), query("net.Large"), query("net.Large").replace(find="layer"))
        return [(await lab.make(REGISTRY, each, process_id)).content for each in asked]

    small, large, found = in_lab(folder, looked)
    assert small == f"{os.getpid()} ".encode()
    assert large != small
    assert found == large + b"layer"


def test_what_only_the_page_heeds_is_one_run(folder: Path, trace: Path) -> None:
    async def opened(lab: Lab) -> list[int]:
        counts = []
        for lines in ((), ("layer",)):
            await lab.run(REGISTRY, query("net.Counted").replace(open=lines))
            counts.append(runs(trace))
        return counts

    once, again = in_lab(folder, opened)
    assert once == again


def test_different_questions_are_different_runs(folder: Path) -> None:
    async def ask(lab: Lab) -> set[str]:
        queries = [
            query("net.Net"),
            query("net.Net", seed=1),
            query("net.Counted"),
            query("net.Net").in_mode("eval"),
        ]
        return {(await lab.run(REGISTRY, each)).model_dump_json() for each in queries}

    assert len(in_lab(folder, ask)) == 4


# A recording is looked at while it is made


def training_of(model: str, **choices: object) -> TrainingQuery:
    return TrainingQuery.model_validate({"left": model, "right": model, "steps": 8, **choices})


def test_early_steps_are_answered_before_the_last_is_made(folder: Path) -> None:
    async def look(lab: Lab) -> list[Report]:
        await lab.run(
            TRAINING, training_of("net.Net")
        )  # torch's first time takes as long as it takes
        lab.seconds = 2
        query = training_of("net.HangsLater")
        early = await asyncio.gather(*[lab.run(TRAINING, query.showing(step)) for step in (0, 2)])
        assert len(lab._recordings.under_way) == 1
        with pytest.raises(TimeLimit):
            await lab.run(TRAINING, query)
        failed = lab._recordings.under_way.copy()
        lab.seconds = 60
        with pytest.raises(TimeLimit):
            await lab.run(TRAINING, query)
        await lab.run(TRAINING, query.showing(1))
        assert lab._recordings.under_way == failed  # it was not run again
        await lab.run(TRAINING, training_of("net.Net"))  # a fresh worker is there
        return early

    async def whole(lab: Lab) -> list[Report]:
        query = training_of("net.Net", at=2)
        return [await lab.run(TRAINING, query.replace(at=0)), await lab.run(TRAINING, query)]

    for early, late in zip(in_lab(folder, look), in_lab(folder, whole), strict=True):
        assert isinstance(early, TrainingReport)
        assert isinstance(late, TrainingReport)
        other_model = {"card": None, "source": None}
        assert early.left.model_copy(update=other_model) == late.left.model_copy(update=other_model)


def test_all_steps_are_one_run(folder: Path, trace: Path) -> None:
    async def steps(lab: Lab) -> None:
        query = training_of("net.Counted")
        await lab.run(TRAINING, query)
        once = runs(trace)
        assert once > 0
        reports = await asyncio.gather(
            *[lab.run(TRAINING, query.showing(step)) for step in range(8)]
        )
        assert [
            len(report.left.losses) for report in reports if isinstance(report, TrainingReport)
        ] == [*range(1, 9)]
        assert runs(trace) == once
        # The last step is answered from its part, before the worker's own answer has come.
        await asyncio.gather(*lab._recordings.tasks)
        assert lab._recordings.under_way == {}

    in_lab(folder, steps)


# A seed means what it says


def test_seeds_at_once_answer_as_one_by_one(folder: Path) -> None:
    seeds = range(24)

    async def at_once(lab: Lab) -> list[Report]:
        return await asyncio.gather(
            *[lab.run(REGISTRY, query("net.Random", seed)) for seed in seeds]
        )

    async def one_by_one(lab: Lab) -> list[Report]:
        return [await lab.run(REGISTRY, query("net.Random", seed)) for seed in reversed(seeds)]

    together, alone = in_lab(folder, at_once, workers=2), in_lab(folder, one_by_one)
    assert [report.model_dump_json() for report in together] == [
        report.model_dump_json() for report in alone[::-1]
    ]
    assert len({numbers_reached(report) for report in together}) > 1


def numbers_reached(report: Report) -> int:
    assert isinstance(report, RegistryReport)
    assert report.left.scan
    assert report.left.scan.used
    return report.left.scan.used.reached


# Nothing takes it down


def test_a_call_that_hangs_ends_at_the_limit(folder: Path) -> None:
    async def hang(lab: Lab) -> None:
        patient, lab.seconds = lab.seconds, 0.5
        with pytest.raises(TimeLimit) as limit:
            await lab.run(REGISTRY, query("net.Hangs", right="net.Hangs"))
        assert limit.value.seconds == 0.5
        lab.seconds = patient
        await lab.run(REGISTRY, query("net.Net"))

    in_lab(folder, hang)


def test_a_call_that_hangs_holds_up_nobody_else(folder: Path) -> None:
    async def beside(lab: Lab) -> None:
        hung = asyncio.create_task(lab.run(REGISTRY, query("net.Hangs")))
        for seed in range(5):
            await lab.run(REGISTRY, query("net.Net", seed))
        assert not hung.done()
        hung.cancel()

    in_lab(folder, beside, workers=2)


def test_a_worker_that_dies_is_told_and_replaced(folder: Path) -> None:
    async def die(lab: Lab) -> None:
        for seed in range(3):
            with pytest.raises(WorkerDied, match="exit code 7") as died:
                await lab.run(REGISTRY, query("net.Dies", seed, right="net.Dies"))
            assert died.value.exit_code == 7
            await lab.run(REGISTRY, query("net.Net", seed))

    in_lab(folder, die)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_dies_between_two_calls_is_replaced(folder: Path, workers: int) -> None:
    async def kill(lab: Lab) -> None:
        await lab.warm_up()
        dead = processes() - others
        assert len(dead) == workers
        for process in dead:
            process.kill()
        for process in dead:
            await asyncio.to_thread(process.join)
        await asyncio.gather(*[lab.run(REGISTRY, query("net.Net", seed)) for seed in range(3)])
        assert not dead & processes()

    others = processes()
    in_lab(folder, kill, workers=workers)


def test_a_refusal_is_the_same_here_as_in_the_worker(folder: Path) -> None:
    async def refuse(lab: Lab) -> None:
        with pytest.raises(InvalidParameter) as refused:
            await lab.run(REGISTRY, query("net.Nothing"))
        assert (refused.value.parameter, refused.value.value) == ("left", "net.Nothing")
        assert "net.Net" in refused.value.accepts

    in_lab(folder, refuse)


def test_closing_ends_every_worker_whatever_it_does(folder: Path) -> None:
    async def close(lab: Lab) -> None:
        hung = asyncio.create_task(lab.run(REGISTRY, query("net.Hangs")))
        await lab.run(REGISTRY, query("net.Net"))
        assert len(processes() - others) == 2
        lab.close()
        assert processes() == others
        hung.cancel()
        with pytest.raises(RuntimeError, match="not active"):
            await lab.run(REGISTRY, query("net.Net", seed=1))

    others = processes()
    in_lab(folder, close, workers=2)


# Where there is no fork server


# What it holds stands in the order of hashes, which each interpreter makes of its own.
CROWD = """
import torch
from torch import nn

class Crowd(nn.Module):
    def __init__(self):
        super().__init__()
        drops = nn.Dropout(0.1), nn.Dropout(0.2)
        self.crowd = {nn.Linear(10, 20), nn.Linear(20, 5), *drops, torch.ones(2), "text", 3}
        self.words = {word: nn.Linear(10, 10) for word in ("a", "b", "c")}
        pair = nn.Sequential(nn.Linear(1, 2)), nn.Sequential(nn.Linear(1, 3))
        self.frozen = frozenset({*pair, "a", "b", "c"})

    def forward(self, x):
        return self.words["a"](x)
"""


def test_fresh_interpreters_give_the_same_answers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "own.py").write_text(CROWD)

    async def ask(lab: Lab) -> list[str]:
        asked = query("net.Random", seed=3), query("own.Crowd", right="own.Crowd")
        return [(await lab.run(REGISTRY, each)).model_dump_json() for each in asked]

    forked = in_lab(folder, ask)
    assert '"own.Crowd"' in forked[1]
    assert '"raised":null' in forked[1]
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert in_lab(folder, ask) == forked


@pytest.mark.parametrize("bound", [0, 1 << 30], ids=["large", "small"])
def test_a_large_answer_is_read_beside_the_event_loop(
    folder: Path, monkeypatch: pytest.MonkeyPatch, bound: int
) -> None:
    threads: list[int] = []
    read = Wire.read

    def watched(self: Wire[object], answer: bytes) -> object:
        threads.append(threading.get_ident())
        return read(self, answer)

    monkeypatch.setattr(lab_module, "LARGE_ANSWER", bound)
    monkeypatch.setattr(Wire, "read", watched)

    async def ask(lab: Lab) -> int:
        assert isinstance(await lab.run(REGISTRY, query("net.Net")), RegistryReport)
        return threading.get_ident()

    loop = in_lab(folder, ask)
    assert (threads == [loop]) is (bound > 0)
    assert len(threads) == 1
