"""A warm-up that fails is told by the name of its experiment, and the others are run."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from event_loop import run
from rollcall.core.query import InvalidParameter
from rollcall.experiments import EXPERIMENTS
from rollcall.lab import TimeLimit, WorkerDied, worker
from rollcall.lab import warm_up as module
from rollcall.lab.calls import Calls
from rollcall.lab.workers import Workers
from rollcall.lectures.contents import Problem
from rollcall.lectures.targets import Targets


class Asked(Calls):
    """Answers as it is told to, and starts nothing."""

    def __init__(self, number: int, failures: dict[str, Exception]) -> None:
        super().__init__(Workers(number))
        self.failures = failures
        self.limits: list[float] = []
        self.warmed: list[str] = []

    async def call(self, work: Any, *args: Any, seconds: float, **options: Any) -> bytes:
        await asyncio.sleep(0)
        if work is worker.warm_up:
            self.warmed.append(args[0])
            self.limits.append(seconds)
            if args[0] in self.failures:
                raise self.failures[args[0]]
        return b""


def warmed(calls: Asked) -> list[Problem]:
    return run(module.warm_up(calls, Targets.of(Path("nowhere")), 10.0))


def test_what_fails_is_told_by_name_and_once() -> None:
    failures = {
        "dropout": InvalidParameter("left", "net.Net", ()),
        "training": WorkerDied(3),
        "init": RuntimeError("OSError: no room"),
    }
    calls = Asked(2, failures)
    told = {problem.file: problem.raised for problem in warmed(calls)}
    assert set(told) == {"warm-up of " + EXPERIMENTS[name].title for name in failures}
    init = told[f"warm-up of {EXPERIMENTS['init'].title}"]
    assert (init.type, init.message) == ("OSError", "no room")
    assert "exit code 3" in told[f"warm-up of {EXPERIMENTS['training'].title}"].message
    assert sorted(calls.warmed) == sorted([*EXPERIMENTS] * 2)


def test_models_that_hang_are_waited_for_once() -> None:
    first, *_ = EXPERIMENTS
    calls = Asked(1, dict.fromkeys(EXPERIMENTS, TimeLimit(10)))
    (told,) = warmed(calls)
    assert told.raised.message == "the models did not answer within 10 seconds"
    assert calls.warmed == [first]


@pytest.mark.parametrize(("loaded", "limit"), [(0.5, 10), (5, 30), (60, module.LONGEST)])
def test_a_slow_host_has_more_time(
    monkeypatch: pytest.MonkeyPatch, loaded: float, limit: float
) -> None:
    times = iter([0.0, loaded])
    monkeypatch.setattr(module, "monotonic", lambda: next(times))
    calls = Asked(1, {})
    assert warmed(calls) == []
    assert set(calls.limits) == {limit}
