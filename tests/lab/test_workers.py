"""A worker answers, or it is told what became of it; the server believes none of them."""

import asyncio
import errno
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from types import SimpleNamespace
from typing import Any, TypeVar, cast
from unittest.mock import Mock

import pytest

from event_loop import run
from lab import works
from rollcall.core.process.isolation.isolation import FREEDOMS
from rollcall.core.query import InvalidParameter
from rollcall.core.wire import BadMessage, Wire
from rollcall.lab import keeper, worker_process
from rollcall.lab.answered import Refusal
from rollcall.lab.calls import Calls
from rollcall.lab.channel import HEADER, Kind, Request, header, read_header
from rollcall.lab.errors import BadAnswer, Busy, TimeLimit, WorkerDied, understood
from rollcall.lab.fork_server import QUICK_END, has_fork_server
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lab.worker_loop import LONGEST_MESSAGE
from rollcall.lab.worker_process import LIMITS, WorkerProcess, _one_at_a_time
from rollcall.lab.workers import Workers

T = TypeVar("T")
PATIENT = 120.0


def with_workers(
    number: int, use: Callable[[Calls], Awaitable[T]], limits: Limits = NO_LIMITS
) -> T:
    async def opened() -> T:
        workers = Calls(Workers(number, limits=limits))
        try:
            return await use(workers)
        finally:
            workers.close()

    return run(opened())


def ask(workers: Calls, work: Callable[..., Any], *args: Any, **options: Any) -> Awaitable[bytes]:
    return workers.call(work, *args, **{"seconds": PATIENT, **options})


def test_a_fresh_one_has_looked_for_no_garbage_in_what_was_imported() -> None:
    looked = with_workers(1, lambda workers: ask(workers, works.collections))
    assert looked == b"0" or not has_fork_server()  # a fresh interpreter imports by itself


def test_a_fresh_one_need_not_find_out_what_is_watched() -> None:
    asked, found_out = with_workers(1, lambda each: ask(each, works.lookups_of_names)).split()
    assert (asked, found_out) == (b"2", b"2") or not has_fork_server()


def test_after_each_call_it_lets_go_of_what_that_left() -> None:
    async def use(workers: Calls) -> list[bytes]:
        return [await ask(workers, works.times_let_go) for _ in range(3)]

    assert with_workers(1, use) == [b"count(1)", b"count(2)", b"count(3)"]


def test_one_process_answers_call_after_call() -> None:
    async def use(workers: Calls) -> None:
        first = await ask(workers, works.pid)
        large = os.urandom(3 << 20)
        assert await ask(workers, works.echo, large) == large
        with pytest.raises(InvalidParameter, match="is nowhere") as refused:
            await ask(workers, works.refuse)
        assert refused.value.accepts == ("net.Net",)
        for kind, told in [("error", "ValueError: words"), ("unspeakable", "Unspeakable: ")]:
            with pytest.raises(RuntimeError, match=told):
                await ask(workers, works.raise_, kind)
        with pytest.raises(RuntimeError) as long:
            await ask(workers, works.raise_, "long")
        assert " … 998,800 characters … " in str(long.value)
        assert len(str(long.value)) < LONGEST_MESSAGE
        assert await ask(workers, works.pid) == first

    with_workers(1, use)


def test_the_event_loop_does_not_wait_for_a_fork_server_that_imports_pytorch() -> None:
    """A thread has its lock meanwhile: for another worker that is being started."""
    held, seconds = threading.Event(), 1.0

    def hold() -> None:
        with _one_at_a_time:
            held.set()
            time.sleep(seconds)

    async def use(workers: Calls) -> None:
        await ask(workers, works.pid)
        holding = asyncio.create_task(asyncio.to_thread(hold))
        await asyncio.to_thread(held.wait)
        await ask(workers, works.pid)  # the worker lives
        dies = asyncio.ensure_future(ask(workers, works.leave, 7))
        ticks = 0
        while not holding.done():
            await asyncio.sleep(seconds / 100)
            ticks += 1
        assert ticks > 10
        with pytest.raises(WorkerDied):
            await dies

    with_workers(1, use)


def test_where_no_worker_can_be_started_who_asks_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_only = OSError(errno.EROFS, "Read-only file system")
    context = Mock()
    context.return_value.Process.return_value.start.side_effect = read_only
    monkeypatch.setattr(worker_process, "context", context)
    with pytest.raises(Busy, match="no worker can be started: Read-only file system"):
        with_workers(1, lambda workers: ask(workers, works.pid))
    assert context.call_count == worker_process.START_TRIES


def test_a_fork_server_ends_without_taking_anything_down() -> None:
    slow = "import atexit; atexit.register(print, 'slow'); import rollcall.lab.quick_end"
    ended = subprocess.run([sys.executable, "-c", slow], capture_output=True, check=True)
    assert ended.stdout == b""
    with_workers(1, lambda workers: ask(workers, works.pid))
    server: Any = forkserver._forkserver
    assert server._preload_modules[-1] == QUICK_END


def test_what_ends_a_worker_is_told_and_the_next_call_finds_a_fresh_one() -> None:
    async def use(workers: Calls) -> None:
        for exit_code in (0, 7):
            with pytest.raises(WorkerDied) as died:
                await ask(workers, works.leave, exit_code)
            assert died.value.exit_code == exit_code
        with pytest.raises(WorkerDied) as interrupted:
            await ask(workers, works.raise_, "interrupt")
        assert interrupted.value.exit_code == 1
        with pytest.raises(WorkerDied) as orphaned:
            await ask(workers, works.leave_a_child_behind)
        assert orphaned.value.exit_code == 7
        with pytest.raises(WorkerDied):
            await ask(workers, works.write_garbage)
        with pytest.raises(TimeLimit):
            await ask(workers, works.hang, seconds=0.01)
        assert await ask(workers, works.echo, b"fresh") == b"fresh"

    async def use_one_that_may_all(workers: Calls) -> None:
        with pytest.raises(WorkerDied):
            await ask(workers, works.kill_what_started_it)
        assert await ask(workers, works.echo, b"fresh") == b"fresh"

    with_workers(1, use)
    with_workers(1, use_one_that_may_all, Limits(allowed=FREEDOMS))


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process as Linux lets it")
def test_what_a_worker_started_ends_with_it() -> None:
    async def use(workers: Calls) -> int:
        return os.pidfd_open(int(await ask(workers, works.start_a_program)))

    program = with_workers(1, use)
    ended, _, _ = select.select([program], [], [], PATIENT)
    os.close(program)
    assert ended


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="there are no process groups")
def test_without_a_keeper_a_worker_is_killed_with_its_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeper, "is_available", lambda: False)
    program = subprocess.Popen([sys.executable, "-c", works.HANG], start_new_session=True)
    ours, theirs = socket.socketpair()
    process = cast(BaseProcess, SimpleNamespace(pid=program.pid, kill=lambda: None))
    with theirs:
        WorkerProcess(process, ours).kill()
        assert program.wait(PATIENT) == -signal.SIGKILL


def test_parts_come_before_the_answer_and_each_once() -> None:
    async def use(workers: Calls) -> None:
        for work in (works.parts, works.parts_before_it_is_spent):
            shown: list[bytes] = []
            answer = await ask(workers, work, b"a", b"", b"c", show=shown.append)
            assert (shown, answer) == ([b"a", b"", b"c"], b"all")

    with_workers(1, use)


def test_a_call_that_nobody_waits_for_ends() -> None:
    async def use(workers: Calls) -> None:
        hung = asyncio.ensure_future(ask(workers, works.hang))
        waiting = asyncio.ensure_future(ask(workers, works.pid))
        gone = asyncio.ensure_future(ask(workers, works.pid))
        await asyncio.sleep(0)
        gone.cancel()
        hung.cancel()
        assert await waiting
        assert hung.cancelled()
        assert gone.cancelled()

    with_workers(1, use)


def test_closed_workers_are_asked_no_more() -> None:
    async def use(workers: Calls) -> None:
        workers.close()
        with pytest.raises(RuntimeError, match="not active"):
            await ask(workers, works.pid)

    with_workers(1, use)


# The time limit, by a clock of the test's own


def test_an_answer_may_take_long_if_it_is_never_silent_for_long() -> None:
    async def ask_slowly(pauses: list[float]) -> list[bytes]:
        loop = asyncio.get_running_loop()
        clock = [0.0]
        loop.time = lambda: clock[0]  # type: ignore[method-assign]
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        still, keeps_open = socket.socketpair()
        process = cast(BaseProcess, SimpleNamespace(sentinel=still.fileno()))
        shown: list[bytes] = []
        came = asyncio.Event()

        def show(part: bytes) -> None:
            shown.append(part)
            came.set()

        with theirs, still, keeps_open, ours:
            call = asyncio.ensure_future(
                WorkerProcess(process, ours).ask(Request(Kind.REQUEST, b""), 10, show)
            )
            for pause in pauses:
                theirs.sendall(header(b"part", Kind.PART) + b"part")
                waiting = asyncio.ensure_future(came.wait())
                await asyncio.wait({call, waiting}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                came.clear()
                clock[0] += pause
            theirs.sendall(header(b"", Kind.ANSWER))
            await call
        return shown

    assert len(run(ask_slowly([9] * 3))) == 3
    for pauses in ([9, 11], [9] * (LIMITS + 2)):
        with pytest.raises(TimeLimit) as limit:
            run(ask_slowly([float(pause) for pause in pauses]))
        assert limit.value.seconds == 10


# What crosses


@pytest.mark.parametrize("content", [b"\xff" * HEADER.size, HEADER.pack(Kind.ANSWER, 1 << 40)])
def test_what_is_no_message_of_ours_is_not_read(content: bytes) -> None:
    with pytest.raises(BadMessage):
        read_header(content)


def test_no_answer_is_unpickled(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pickle, "loads", never)
    monkeypatch.setattr(pickle, "load", never)
    monkeypatch.setattr(pickle, "Unpickler", never)

    async def use(workers: Calls) -> bytes:
        return await ask(workers, works.echo, pickle.dumps(HEADER.size))

    assert with_workers(1, use)


def test_a_hostile_answer_costs_its_own_page() -> None:
    async def use(workers: Calls) -> None:
        with pytest.raises(BadAnswer, match="no answer"):
            understood(Wire(Refusal), await ask(workers, works.echo, b"{}"))

    with_workers(1, use)
