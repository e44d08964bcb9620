"""A recording is read while it is written: whole increments only, each once, by all who wait."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest

from event_loop import run
from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.core.wire import Wire
from rollcall.lab.errors import LabError, TimeLimit, WorkerDied
from rollcall.lab.recording import Recording
from rollcall.lectures.catalog import Catalog


class Frame(Query):
    path = "/frame"
    number: int


class Told(Report):
    number: int
    of: int


class Counting:
    """Its frames tell how many increments they were made from."""

    wire: Wire[int] = Wire(int)

    def record(self, query: Frame, catalog: Catalog) -> Iterator[int]:
        yield from range(query.number)

    def frame(self, increments: Sequence[Any], query: Frame) -> Told | None:
        if len(increments) < query.number:
            return None
        return Told(number=query.number, of=len(increments))


def follow(recording: Recording) -> tuple["asyncio.Future[bytes]", "asyncio.Task[None]"]:
    """A call that the test ends, and what follows it."""
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    return answer, asyncio.create_task(recording.follow(answer))


def test_a_frame_is_there_before_the_recording_ends() -> None:
    async def watch() -> None:
        recording = Recording(Counting())
        late = asyncio.create_task(recording.frame(Frame(number=4)))
        answer, following = follow(recording)
        for number in (1, 2):
            recording.add(b"%d" % number)
            assert await recording.frame(Frame(number=number)) == Told(number=number, of=number)
        assert not late.done()
        for number in (3, 4, 5):
            recording.add(b"%d" % number)
        answer.set_result(b"")
        await following
        assert await late == Told(number=4, of=5)
        assert len(recording) == 5 * 1
        with pytest.raises(ValueError, match="ended before the frame"):
            await recording.frame(Frame(number=6))

    run(watch())


@pytest.mark.parametrize("error", [WorkerDied(7), TimeLimit(3)])
def test_what_came_before_a_call_failed_is_shown(error: LabError) -> None:
    async def watch() -> None:
        recording = Recording(Counting())
        answer, following = follow(recording)
        for number in range(3):
            recording.add(b"%d" % number)
        answer.set_exception(error)
        with pytest.raises(type(error)):
            await following
        assert await recording.frame(Frame(number=3)) == Told(number=3, of=3)
        with pytest.raises(type(error)):
            await recording.frame(Frame(number=4))

    run(watch())


def test_what_failed_is_not_kept_for_ever_by_those_who_ask() -> None:
    async def watch() -> None:
        recording = Recording(Counting())
        answer, following = follow(recording)
        answer.set_exception(WorkerDied(-9))
        with pytest.raises(WorkerDied):
            await following

        async def ask_on() -> None:
            while True:
                with suppress(WorkerDied):
                    await recording.frame(Frame(number=1))
                await asyncio.sleep(0)

        asking = asyncio.create_task(ask_on())
        await recording.left_alone_for(0.001, 3)
        asking.cancel()

    run(watch())
