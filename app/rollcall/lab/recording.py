"""A recording that grows, held for all who look at it."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Any

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments.base import Recorder
from rollcall.lab.errors import TimeLimit
from rollcall.lab.progress_file import read_from, unpacked, whole_increments

READ_EVERY = 0.05  # seconds
LARGE = 200_000  # bytes, of which a frame takes some 20 ms: the event loop does not wait for more


class Recording:
    """The increments so far. Its length is the number of bytes that it takes."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._increments: list[Any] = []
        self._size = 0
        self._ended = False
        self._error: Exception | None = None
        self._grown = asyncio.Event()
        self._asked = 0  # how often a frame was asked for

    def __len__(self) -> int:
        return self._size

    @property
    def is_large(self) -> bool:
        """Whether the event loop should not wait for a frame."""
        return self._size > LARGE

    async def frame(self, query: Query) -> Report:
        """The report of one frame, once the recording reaches it.

        Raises:
            InvalidParameter, LabError: as `Lab.run` does, if it never does.
        """
        self._asked += 1
        while True:
            ended, grown = self._ended, self._grown
            report = await self._frame(query)
            if report is not None:
                return report
            if ended:
                raise self._error or ValueError("the recording ended before the frame")
            await grown.wait()

    async def follow(self, call: "asyncio.Task[bytes]", path: Path, seconds: float) -> None:
        """Take in what the worker writes to a file, until the call has ended.

        A call that adds nothing for `seconds` is ended. They count from when a worker takes it up.

        Raises:
            InvalidParameter, LabError: as the call did.
        """
        last = monotonic()
        ended = False
        try:
            while not ended:
                ended = bool((await asyncio.wait({call}, timeout=READ_EVERY))[0])
                content = read_from(path, self._size)
                if content is None or self._add(content):
                    last = monotonic()
                elif not ended and monotonic() - last > seconds:
                    call.cancel()
                    raise TimeLimit(seconds)
            # The answer is the whole recording, also where no file could be written.
            self._add(call.result()[self._size :])
        except Exception as error:
            self._error = error
            raise
        finally:
            self._ended = True
            self._grown.set()

    async def left_alone_for(self, seconds: float) -> None:
        """Wait until nobody has asked for a frame for some time."""
        asked = None
        while asked != self._asked:
            asked = self._asked
            await asyncio.sleep(seconds)

    def _add(self, content: bytes) -> bool:
        before = self._size
        for increment in whole_increments(content):
            self._increments.append(unpacked(increment))
            self._size += len(increment)
        if self._size == before:
            return False
        self._grown.set()
        self._grown = asyncio.Event()
        return True

    async def _frame(self, query: Query) -> Report | None:
        increments = tuple(self._increments)
        if self.is_large:
            return await asyncio.to_thread(self._recorder.frame, increments, query)
        return self._recorder.frame(increments, query)
