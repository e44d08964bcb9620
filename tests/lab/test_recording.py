"""A recording is read while it is written: whole increments only, each once, by all who wait."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from event_loop import run
from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.lab import recording as recording_module
from rollcall.lab.errors import LabError, TimeLimit, WorkerDied
from rollcall.lab.progress_file import packed, read_from, unpacked, whole_increments
from rollcall.lab.recording import Recording
from rollcall.lectures.catalog import Catalog

INCREMENTS = ["a", {"b": 1.5}, b"", [0.0] * 100]
CONTENT = b"".join(map(packed, INCREMENTS))


class Frame(Query):
    path = "/frame"
    number: int


class Told(Report):
    number: int
    of: int


class Counting:
    """Its frames tell how many increments they were made from."""

    def record(self, query: Frame, catalog: Catalog) -> Iterator[int]:
        yield from range(query.number)

    def frame(self, increments: Sequence[Any], query: Frame) -> Told | None:
        if len(increments) < query.number:
            return None
        return Told(number=query.number, of=len(increments))


def test_what_is_cut_short_is_left_out_wherever_it_is_cut() -> None:
    ends = [len(b"".join(map(packed, INCREMENTS[:number]))) for number in range(5)]
    for cut in range(len(CONTENT) + 1):
        whole = [unpacked(each) for each in whole_increments(CONTENT[:cut])]
        assert whole == INCREMENTS[: sum(end <= cut for end in ends) - 1]


def test_a_file_that_is_not_there_is_told_from_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "recording"
    assert read_from(path, 0) is None
    path.write_bytes(b"")
    assert read_from(path, 0) == b""
    path.write_bytes(CONTENT)
    assert read_from(path, 3) == CONTENT[3:]


async def following(
    recording: Recording, path: Path, seconds: float = 60
) -> tuple["asyncio.Future[bytes]", "asyncio.Task[None]"]:
    """A call that the test ends, and what follows it."""
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def call() -> bytes:
        return await answer

    follow = recording.follow(asyncio.create_task(call()), path, seconds)
    return answer, asyncio.create_task(follow)


def test_a_frame_is_there_before_the_recording_ends(tmp_path: Path) -> None:
    async def watch() -> None:
        recording, path = Recording(Counting()), tmp_path / "recording"
        late = asyncio.create_task(recording.frame(Frame(number=4)))
        answer, follow = await following(recording, path)
        with path.open("wb", buffering=0) as file:
            for number in (1, 2):
                file.write(packed(number)[:5])
                file.write(packed(number)[5:])
                assert await recording.frame(Frame(number=number)) == Told(number=number, of=number)
        assert not late.done()
        whole = b"".join(map(packed, range(5)))
        answer.set_result(whole)
        await follow
        assert await late == Told(number=4, of=5)
        assert len(recording) == len(whole)
        with pytest.raises(ValueError, match="ended before the frame"):
            await recording.frame(Frame(number=6))

    run(watch())


@pytest.mark.parametrize("error", [WorkerDied(7), TimeLimit(3)])
def test_what_was_written_before_a_call_failed_is_shown(tmp_path: Path, error: LabError) -> None:
    async def watch() -> None:
        recording, path = Recording(Counting()), tmp_path / "recording"
        answer, follow = await following(recording, path)
        path.write_bytes(b"".join(map(packed, range(3))) + b"cut short")
        answer.set_exception(error)
        with pytest.raises(type(error)):
            await follow
        assert await recording.frame(Frame(number=3)) == Told(number=3, of=3)
        with pytest.raises(type(error)):
            await recording.frame(Frame(number=4))

    run(watch())


def test_without_a_file_the_answer_is_all(tmp_path: Path) -> None:
    async def watch() -> None:
        recording = Recording(Counting())
        answer, follow = await following(recording, tmp_path / "nowhere" / "recording")
        answer.set_result(b"".join(map(packed, range(3))))
        await follow
        assert await recording.frame(Frame(number=2)) == Told(number=2, of=3)

    run(watch())


def test_a_call_may_take_long_if_it_is_never_silent_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine is slow, and a model that hangs is silent."""
    clock = [0.0]
    monkeypatch.setattr(recording_module, "monotonic", lambda: clock[0])

    async def watch() -> None:
        recording, path = Recording(Counting()), tmp_path / "recording"
        answer, follow = await following(recording, path, seconds=10)
        clock[0] += 100  # no worker has taken it up
        with path.open("wb", buffering=0) as file:
            for number in range(1, 7):
                file.write(packed(number))
                assert await recording.frame(Frame(number=number))
                clock[0] += 9
        assert not follow.done()
        clock[0] += 2
        with pytest.raises(TimeLimit) as limit:
            await recording.frame(Frame(number=7))
        assert limit.value.seconds == 10
        with pytest.raises(TimeLimit):
            await follow
        await asyncio.sleep(0)
        assert answer.cancelled()  # the worker is ended

    run(watch())
