"""The processes that look at models."""

import os
import time
from multiprocessing.connection import wait
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rollcall.commands.check import crew
from rollcall.lab import worker
from rollcall.lectures.targets import Targets


def test_the_time_of_a_model_begins_when_its_process_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh interpreter imports PyTorch first, which may take longer than a model has."""
    started, (gate, opens) = tmp_path / "started", os.pipe()
    seen: list[bool] = []

    def start() -> None:
        os.read(gate, 1)
        started.touch()

    def wait_for_it(*args: Any, **options: Any) -> list[Any]:
        os.write(opens, b".")
        return wait(*args, **options)

    def look_at_the_clock() -> float:
        seen.append(started.exists())
        return time.perf_counter()

    monkeypatch.setattr(worker, "settle", start)
    monkeypatch.setattr(crew, "wait", wait_for_it)
    monkeypatch.setattr(crew, "time", SimpleNamespace(monotonic=look_at_the_clock))
    hand = crew._Hand(Targets.of(tmp_path))
    hand.begin(None, 60)
    hand.end()
    os.close(gate)
    os.close(opens)
    assert seen[0]


def test_a_process_that_ends_before_it_has_started_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> None:
        raise SystemExit(7)

    monkeypatch.setattr(worker, "settle", end)
    told = crew.Crew(Targets.of(tmp_path), 60).choices()
    assert told == crew.Silence("ended its process with exit code 7")
