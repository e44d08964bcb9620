"""One model that brings no answer does not take the other column along."""

import asyncio
import importlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from chosen import of_each_kind
from event_loop import run
from rollcall.core.no_answer import NoAnswer
from rollcall.core.report import Report
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.experiments.subject import Subject
from rollcall.experiments.training.experiment import TRAINING, TrainingQuery, TrainingReport
from rollcall.lab import Lab, TimeLimit, WorkerDied
from rollcall.lab.apart import Side, each_alone
from rollcall.lab.slow_imports import SLOW_IMPORT
from rollcall.lectures.loading import load
from web.course import SHOWING, WRITING, Course

# An exercise is held against the solution beside it.
INDEPENDENT = [each for each in SHOWING if each.name != "exercise"]

T = TypeVar("T")
REGISTRY = EXPERIMENTS["registry"]

NET = """
import os, threading
import torch
from torch import nn

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
            file.write(type(self).__name__ + "\\n")
        return super().forward(x)

class Hangs(Counted):
    def forward(self, x):
        super().forward(x)
        threading.Event().wait()

class Dies(Counted):
    def forward(self, x):
        super().forward(x)
        os._exit(7)

class DiesLater(Net):
    calls = 0

    def forward(self, x):
        self.calls += 1
        if self.calls > 4:
            os._exit(7)
        return super().forward(x)
"""


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


@pytest.fixture
def source(trace: Path) -> str:
    return NET.replace("{trace!r}", repr(str(trace)))


def in_lab(
    folder: Path, source: str, work: Callable[[Lab], Awaitable[T]], seconds: float = 120
) -> T:
    folder.mkdir(exist_ok=True)
    (folder / "net.py").write_text(source)

    async def opened() -> T:
        lab = Lab(folder, workers=1, seconds=seconds, limits=WRITING)
        try:
            return await work(lab)
        finally:
            lab.close()

    return run(opened())


def asked_of(experiment: Experiment, left: str, right: str) -> Any:
    return experiment.query.model_validate({"left": f"net.{left}", "right": f"net.{right}"})


def runs(trace: Path, name: str) -> int:
    if not trace.exists():
        return 0
    return trace.read_text().split().count(name)


@pytest.mark.parametrize("experiment", INDEPENDENT, ids=lambda each: str(each.name))
def test_a_column_is_the_same_when_the_other_is_left_out(
    tmp_path: Path, source: str, experiment: Experiment
) -> None:
    importlib.import_module(SLOW_IMPORT)  # as a worker does: it sets warning filters
    (tmp_path / "net.py").write_text(source)
    catalog, query = load(tmp_path), asked_of(experiment, "Net", "Net")
    usual = dict(experiment.run(query, catalog))
    assert dict(experiment.run(query, catalog.leaving_out("left")))["right"] == usual["right"]
    assert dict(experiment.run(query, catalog.leaving_out("right")))["left"] == usual["left"]


# What is recorded and what is not, and where nothing of the model is checked.
OF_EACH_KIND = of_each_kind(
    INDEPENDENT, lambda each: each.play is None, lambda each: each.name == "layers"
)


@pytest.mark.parametrize("experiment", OF_EACH_KIND, ids=lambda each: str(each.name))
def test_the_other_column_answers_as_always(
    tmp_path: Path, source: str, trace: Path, experiment: Experiment
) -> None:
    """On either side, and as it does beside itself."""

    async def ask(lab: Lab) -> None:
        async def columns(left: str, right: str) -> dict[str, Any]:
            return dict(await lab.run(experiment, asked_of(experiment, left, right)))

        usual = (await columns("Net", "Net"))["left"]
        assert isinstance(usual, Subject)
        beside = await columns("Dies", "Net")
        assert beside["right"] == usual
        assert (await columns("Net", "Dies"))["left"] == usual
        if runs(trace, "Dies"):  # not where nothing of it is checked
            assert beside["left"].raised == NoAnswer(
                type="WorkerDied",
                message="the process that ran the models ended with exit code 7",
                exit_code=7,
            )

    in_lab(tmp_path / "course", source, ask)


def test_who_hangs_is_stopped_and_told_and_not_run_again_at_once(
    tmp_path: Path, source: str, trace: Path
) -> None:
    async def ask(lab: Lab) -> None:
        lab.seconds = 2
        query = RegistryQuery(left="net.Counted", right="net.Hangs")
        report = await lab.run(REGISTRY, query)
        assert isinstance(report, RegistryReport)
        assert report.left.scan
        assert report.right.raised == NoAnswer(
            type="TimeLimit", message="the models did not answer within 2 seconds", seconds=2
        )
        counted, hung = runs(trace, "Counted"), runs(trace, "Hangs")
        assert await lab.run(REGISTRY, query) == report
        assert (runs(trace, "Counted"), runs(trace, "Hangs")) == (counted, hung)
        lab._failures.clear()  # time passes
        lab.seconds = 0.5
        again = await lab.run(REGISTRY, query)
        assert isinstance(again, RegistryReport)
        assert again.left == report.left
        assert runs(trace, "Counted") == counted  # its answer was kept
        assert runs(trace, "Hangs") == hung + 1  # and not the pair again

    in_lab(tmp_path / "course", source, ask)


def test_the_same_model_on_both_sides_is_not_run_alone(
    tmp_path: Path, source: str, trace: Path
) -> None:
    async def ask(lab: Lab) -> None:
        with pytest.raises(WorkerDied):
            await lab.run(REGISTRY, RegistryQuery(left="net.Dies", right="net.Dies"))
        assert runs(trace, "Dies") == 1

    in_lab(tmp_path / "course", source, ask)


def test_a_play_goes_on_with_the_model_that_answers(tmp_path: Path, source: str) -> None:
    async def ask(lab: Lab) -> None:
        query = TrainingQuery(left="net.DiesLater", right="net.Net", steps=8)
        last = await lab.run(TRAINING, query)
        assert isinstance(last, TrainingReport)
        assert isinstance(last.left.raised, NoAnswer)
        assert len(last.right.losses) == 9
        early = await lab.run(TRAINING, query.showing(0))
        assert isinstance(early, TrainingReport)
        assert early.left.raised is None
        assert len(early.left.losses) == len(early.right.losses) == 1

    in_lab(tmp_path / "course", source, ask)


def test_what_a_model_did_before_it_died_is_shown_beside_itself(
    tmp_path: Path, source: str
) -> None:
    async def ask(lab: Lab) -> None:
        query = TrainingQuery(left="net.DiesLater", right="net.DiesLater", steps=8, at=0)
        early = await lab.run(TRAINING, query)
        assert isinstance(early, TrainingReport)
        assert len(early.left.losses) == len(early.right.losses) == 1
        with pytest.raises(WorkerDied):
            await lab.run(TRAINING, query.showing(8))

    in_lab(tmp_path / "course", source, ask)


class Answer(Report):
    """Of a model that is run alone."""

    left_out: Side


def test_if_both_answer_the_caller_hears_of_it() -> None:
    """They were slow only together."""

    async def ask(left_out: Side) -> Answer:
        return Answer(left_out=left_out)

    assert run(each_alone(ask)) == (Answer(left_out="right"), Answer(left_out="left"))


def test_if_neither_answers_the_call_failed() -> None:
    async def ask(left_out: Side) -> Answer:
        raise TimeLimit(3)

    with pytest.raises(TimeLimit):
        run(each_alone(ask))


def test_the_page_says_so_in_its_column(course: Course, source: str) -> None:
    course.write("net.py", source)
    client = course.open(limits=WRITING)
    query = RegistryQuery(left="net.Net", right="net.Dies")
    answer = client.get(query.url)
    assert answer.status_code == 200
    assert "<strong>no answer</strong>" in answer.text
    assert "its process ended" in answer.text
    assert "<em>Dies ended its process</em> with exit code 7." in answer.text
    assert "55 of 55" in answer.text
    told = json.loads(client.get(query.json_url).text)
    assert told["right"]["raised"]["exit_code"] == 7
    assert told["left"]["raised"] is None


def test_a_frame_of_a_play_says_so_too(course: Course, source: str) -> None:
    course.write("net.py", source)
    client = course.open()
    query = TrainingQuery(left="net.DiesLater", right="net.Net", steps=8, at=0)
    shown = client.get(query.stream_url).text
    assert "event: done" in shown
    assert "<em>DiesLater ended its process</em> with exit code 7." in shown
    assert "step 8 of 8" in shown


def test_waiting_for_both_takes_no_longer_than_for_one() -> None:
    """They are run beside each other."""
    both = asyncio.Barrier(2)

    async def ask(left_out: Side) -> Answer:
        await both.wait()
        return Answer(left_out=left_out)

    run(each_alone(ask))
