"""Nothing of a call is left when it ends, and no worker takes more than it may."""

import os
import select
import tempfile
from pathlib import Path

import pytest

from lab import works
from lab.test_workers import PATIENT, ask, with_workers
from rollcall.core.process.isolation.isolation import FREEDOMS
from rollcall.lab import keeper
from rollcall.lab.calls import Calls
from rollcall.lab.errors import TimeLimit, WorkerDied
from rollcall.lab.limits import MOST_FILES, Limits
from rollcall.lab.processes import KILLED
from rollcall.lab.worker_process import WorkerProcess

kept = pytest.mark.skipif(not keeper.is_available(), reason="Linux alone has what this takes")


def is_gone(pid: str) -> bool:
    """Whether a process ends."""
    try:
        process = os.pidfd_open(int(pid))
    except ProcessLookupError:
        return True
    ended, _, _ = select.select([process], [], [], PATIENT)
    os.close(process)
    return bool(ended)


@kept
def test_a_daemon_of_a_model_ends_with_its_call(tmp_path: Path) -> None:
    answered, hung = tmp_path / "answered", tmp_path / "hung"

    async def use(workers: Calls) -> None:
        assert await ask(workers, works.leave_a_daemon, str(answered), False) == b"done"
        assert is_gone(answered.read_text())
        with pytest.raises(TimeLimit):
            await ask(workers, works.leave_a_daemon, str(hung), True, seconds=1)
        assert is_gone(hung.read_text())

    with_workers(1, use, Limits(allowed=FREEDOMS))


def test_the_death_of_an_idle_worker_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def use(workers: Calls) -> None:
        first = await ask(workers, works.pid)
        monkeypatch.setattr(WorkerProcess, "is_alive", True)  # it is found out when it is asked
        os.kill(int(first), 9)
        assert is_gone(first.decode())
        assert await ask(workers, works.pid) != first

    with_workers(1, use)


def test_a_call_whose_worker_is_killed_is_made_once_more(tmp_path: Path) -> None:
    parts: list[bytes] = []

    async def use(workers: Calls) -> None:
        once, twice = str(tmp_path / "once"), str(tmp_path / "twice")
        assert await ask(workers, works.die_at_first, once, 1, show=parts.append) == b"survived"
        with pytest.raises(WorkerDied) as died:
            await ask(workers, works.die_at_first, twice, 2)
        assert died.value.exit_code == KILLED

    with_workers(1, use, Limits(allowed=FREEDOMS))  # it writes the mark
    assert parts == [b"a part"]


def test_a_worker_takes_no_more_than_it_may() -> None:
    async def use(workers: Calls) -> None:
        assert await ask(workers, works.take_memory, 100_000_000) == b"100000000"
        with pytest.raises(RuntimeError, match="MemoryError"):
            await ask(workers, works.take_memory, 2_000_000_000)
        with pytest.raises(RuntimeError, match="Too many open files"):
            await ask(workers, works.open_files, MOST_FILES)
        assert await ask(workers, works.echo, b"alive") == b"alive"

    with_workers(1, use, Limits(memory=0.5))


def test_temporary_files_are_gone_with_their_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def use(workers: Calls) -> None:
        own = Path((await ask(workers, works.temporary_folder)).decode())
        assert own.parent == tmp_path
        assert await ask(workers, works.temporary_folder) == os.fsencode(own)
        with pytest.raises(TimeLimit):
            await ask(workers, works.leave_files_that_nobody_can_remove, True, seconds=1.5)
        assert Path((await ask(workers, works.temporary_folder)).decode()) != own
        assert await ask(workers, works.leave_files_that_nobody_can_remove, False) == b"done"

    with_workers(1, use)
    assert not list(tmp_path.glob("rollcall*"))


@kept
def test_files_that_a_call_leaves_open_are_closed_with_their_worker() -> None:
    async def use(workers: Calls) -> None:
        first = await ask(workers, works.leave_files_open, 10)
        assert await ask(workers, works.pid) == first
        for number in (0, MOST_FILES // 2):
            spent = await ask(workers, works.leave_files_open, number)
            assert spent != first
            first = await ask(workers, works.pid)
            assert first != spent

    with_workers(1, use)
