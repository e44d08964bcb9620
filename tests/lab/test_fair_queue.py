"""Turns are fair and bounded; a call ends when nobody waits for it. No clock is asked."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from event_loop import run
from rollcall.lab.asker import Asker, Askers, Urgency, as_urgent_as, asking, who_asks
from rollcall.lab.errors import Busy, NoNode
from rollcall.lab.fair_queue import FairQueue
from rollcall.lab.shared_calls import SharedCalls


class Calls:
    """Calls that last until the test ends them. The order in which they began is kept."""

    def __init__(self, workers: int, most_waiting: int = 100) -> None:
        self.queue = FairQueue(workers, most_waiting)
        self.began: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Event] = {}

    def ask(self, name: str, urgency: Urgency = Urgency.PAGE, *, is_dear: bool = False) -> None:
        """`A.dropout.1` is a call of address A for the page dropout."""
        address, path, _ = name.split(".")
        with asking(Asker(address, path, urgency)):
            self.tasks[name] = asyncio.create_task(self._call(name, is_dear))

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self.tasks[name]
        await settled()

    async def one_by_one(self) -> list[str]:
        """End each call after it began, the earliest first; what began in which order."""
        await settled()
        for name in self._rest():
            await self.end(name)
        return self.began

    def _rest(self) -> Iterator[str]:
        ended = 0
        while ended < len(self.began):
            yield self.began[ended]
            ended += 1

    async def _call(self, name: str, is_dear: bool) -> None:
        end = self._ends[name] = asyncio.Event()
        async with self.queue.turn(is_dear=is_dear):
            self.began.append(name)
            await end.wait()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_one_clients_twenty_calls_delay_anothers_by_one() -> None:
    async def hall() -> list[str]:
        calls = Calls(1)
        for number in range(20):
            calls.ask(f"A.dropout.{number}")
        await settled()
        calls.ask("B.registry.0")
        calls.ask("B.registry.1")
        calls.ask("C.registry.0")
        return await calls.one_by_one()

    began = run(hall())
    assert began[:5] == [
        "A.dropout.0",
        "B.registry.0",
        "C.registry.0",
        "A.dropout.1",
        "B.registry.1",
    ]
    assert began[5:] == [f"A.dropout.{number}" for number in range(2, 20)]


def test_whoever_comes_again_and_again_keeps_nobody_waiting() -> None:
    async def hall() -> list[str]:
        calls = Calls(1)
        for name in ("A.p.0", "A.p.1", "B.p.0", "C.p.0"):
            calls.ask(name)
        await settled()
        for number in range(4):  # each comes again while the other runs
            for name in ("B", "C"):
                calls.ask(f"{name}.p.{number + 1}")
                await settled()
                await calls.end(calls.began[-1])
        return calls.began

    began = run(hall())
    assert began.index("A.p.1") <= 3


def test_between_two_workers_a_client_with_none_goes_first() -> None:
    async def hall() -> list[str]:
        calls = Calls(2)
        for number in range(4):
            calls.ask(f"A.p.{number}")
        await settled()
        calls.ask("B.p.0")
        await calls.end("A.p.0")
        calls.ask("C.p.0")
        await calls.end("A.p.1")
        await calls.end("B.p.0")
        return calls.began

    assert run(hall()) == ["A.p.0", "A.p.1", "B.p.0", "C.p.0", "A.p.2"]


def test_one_address_shares_its_turns_between_pages() -> None:
    async def hall() -> list[str]:
        calls = Calls(1)
        for name in ("N.dropout.0", "N.dropout.1", "N.dropout.2", "N.registry.0", "M.init.0"):
            calls.ask(name)
        return await calls.one_by_one()

    assert run(hall()) == ["N.dropout.0", "M.init.0", "N.registry.0", "N.dropout.1", "N.dropout.2"]


def test_a_page_goes_before_a_stream_and_what_nobody_waits_for() -> None:
    async def hall() -> list[str]:
        calls = Calls(1)
        calls.ask("A.p.0")
        await settled()
        calls.ask("B.ahead.0", Urgency.AHEAD)
        calls.ask("C.stream.0", Urgency.STREAM)
        calls.ask("A.p.1")
        calls.ask("A.p.2")
        return await calls.one_by_one()

    assert run(hall()) == ["A.p.0", "A.p.1", "A.p.2", "C.stream.0", "B.ahead.0"]


@pytest.mark.parametrize(("workers", "dear"), [(1, 1), (2, 1), (4, 3)])
def test_what_is_dear_leaves_a_worker_to_others(workers: int, dear: int) -> None:
    async def hall() -> tuple[list[str], list[str]]:
        calls = Calls(workers)
        for number in range(6):
            calls.ask(f"A.dropout.{number}", is_dear=number % 2 == 0, urgency=Urgency(number % 2))
        await settled()
        before = calls.began.copy()
        calls.ask("A.registry.0")
        await settled()
        return before, calls.began

    before, after = run(hall())
    assert len(before) == dear
    assert (after[-1] == "A.registry.0") is (workers > 1)


def test_past_the_bound_the_longest_row_loses_its_newest() -> None:
    async def hall() -> tuple[list[str], list[str]]:
        calls = Calls(1, most_waiting=4)
        for name in ("A.p.0", "A.p.1", "A.p.2", "A.p.3"):
            calls.ask(name)
        await settled()
        calls.ask("B.p.0")
        calls.ask("B.p.1")  # one too many: A has the most
        calls.ask("B.p.2", Urgency.AHEAD)  # again, but nobody waits for this one
        await settled()
        refused = [
            name
            for name, task in calls.tasks.items()
            if task.done() and isinstance(task.exception(), Busy)
        ]
        return refused, await calls.one_by_one()

    refused, began = run(hall())
    assert refused == ["A.p.3", "B.p.2"]
    assert began == ["A.p.0", "B.p.0", "A.p.1", "B.p.1", "A.p.2"]


def test_the_servers_own_calls_are_never_refused() -> None:
    async def hall() -> int:
        calls = Calls(1, most_waiting=1)
        for number in range(5):
            calls.ask(f".warm-up.{number}")
        await settled()
        return sum(task.done() for task in calls.tasks.values())

    assert run(hall()) == 0


def test_workers_that_come_are_used_and_where_none_is_left_all_are_told() -> None:
    async def cluster() -> tuple[list[str], list[BaseException | None]]:
        calls = Calls(0)
        for name in ("A.p.1", "B.p.1", "C.p.1", "D.p.1"):
            calls.ask(name)
        await settled()
        assert calls.began == []
        calls.queue.resize(2)
        await settled()
        calls.queue.resize(0)  # those that run go on
        await calls.end("A.p.1")
        calls.queue.refuse(NoNode("no node"))
        await settled()
        await calls.end("B.p.1")
        return calls.began, [task.exception() for task in calls.tasks.values()]

    began, (a, b, c, d) = run(cluster())
    assert began == ["A.p.1", "B.p.1"]
    assert a is None
    assert b is None
    assert isinstance(c, NoNode)
    assert isinstance(d, NoNode)


def test_who_is_gone_leaves_the_queue_whether_it_waits_or_runs() -> None:
    async def hall() -> list[str]:
        calls = Calls(1)
        for number in range(4):
            calls.ask(f"A.p.{number}")
        await settled()
        calls.tasks["A.p.1"].cancel()
        calls.tasks["A.p.0"].cancel()  # before either has noticed
        await settled()
        assert calls.began == ["A.p.0", "A.p.2"]
        # Called and cancelled at once: its turn is passed on.
        calls._ends["A.p.2"].set()
        calls.tasks["A.p.3"].cancel()
        calls.ask("A.p.4")
        await settled()
        return calls.began

    assert run(hall()) == ["A.p.0", "A.p.2", "A.p.4"]


# Calls that several wait for


@contextmanager
def of(address: str, urgency: Urgency = Urgency.PAGE) -> Iterator[None]:
    with asking(Asker(address, "p", urgency)):
        yield


def test_a_call_ends_with_the_last_who_waits_for_it() -> None:
    async def hall() -> None:
        calls, runs = SharedCalls[str](), list[asyncio.Task[Any] | None]()

        async def make() -> str:
            runs.append(asyncio.current_task())
            await asyncio.Event().wait()
            return ""

        def wait() -> asyncio.Task[str]:
            return asyncio.create_task(calls.answer("key", make))

        first, second = wait(), wait()
        await settled()
        first.cancel()
        await settled()
        assert len(runs) == 1
        assert runs[0]
        assert not runs[0].done()
        second.cancel()
        await settled()
        assert runs[0].cancelled()
        third = wait()  # nobody is given what was ended
        await settled()
        assert len(runs) == 2
        third.cancel()

    run(hall())


def test_who_waits_for_what_another_began_ahead_makes_it_urgent() -> None:
    async def hall() -> list[Asker]:
        calls = SharedCalls[str]()
        seen: list[Asker | Askers] = []

        async def inner() -> str:
            seen.append(who_asks())
            await asyncio.Event().wait()
            return ""

        def outer() -> Coroutine[Any, Any, str]:
            return calls.answer("inner", inner)

        with of("A"), asking(as_urgent_as(Urgency.AHEAD)):
            ahead = asyncio.create_task(calls.answer("outer", outer))
        await settled()
        present = [seen[0].present]
        with of("B"):
            page = asyncio.create_task(calls.answer("outer", outer))
        await settled()
        present.append(seen[0].present)
        page.cancel()
        await settled()
        present.append(seen[0].present)
        ahead.cancel()
        await settled()
        return present

    assert run(hall()) == [
        Asker("A", "p", Urgency.AHEAD),
        Asker("B", "p", Urgency.PAGE),
        Asker("A", "p", Urgency.AHEAD),
    ]
