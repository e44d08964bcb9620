"""A recording that grows, held for all who look at it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments.base import Recorder
from rollcall.lab.asker import Askers

LARGE = 200_000  # bytes, of which a frame takes some 20 ms: the event loop does not wait for more


class Recording:
    """The increments so far. Its length is the number of bytes that it takes."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._increments: list[Any] = []  # those of a shorter recording first
        self._size = 0
        self._ended = False
        self._error: Exception | None = None
        self._grown = asyncio.Event()
        self._asked = 0  # how often a frame was asked for
        self.is_passing = False  # another try may go otherwise, so it is not kept
        self.askers = Askers()
        self.give_up: Callable[[], object] = lambda: None  # nobody waits for a frame any more

    @property
    def increments(self) -> tuple[Any, ...]:
        """All so far."""
        return tuple(self._increments)

    def begin_with(self, increments: Sequence[Any]) -> None:
        """Of another recording, which ended where this one begins."""
        self._increments += increments
        self._size += sum(len(self._recorder.wire.write(each)) for each in increments)

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
        try:
            with self.askers.joined():
                return await self._reached(query)
        except asyncio.CancelledError:
            if not self.askers.waiting:
                self.give_up()
            raise

    async def follow(self, call: Awaitable[bytes]) -> None:
        """Wait until the call has ended that adds to this.

        Raises:
            InvalidParameter, LabError: as the call did.
        """
        try:
            await call
        except Exception as error:
            self._error = error
            raise
        finally:
            self._ended = True
            self._grown.set()

    def add(self, increment: bytes) -> None:
        """Take in what the worker sent."""
        self._increments.append(self._recorder.wire.read(increment))
        self._size += len(increment)
        self._grown.set()
        self._grown = asyncio.Event()

    async def left_alone_for(self, seconds: float, most: int) -> None:
        """Wait until nobody has asked for a frame for some time; so many times at most."""
        asked = None
        for _ in range(most):
            if asked == self._asked:
                return
            asked = self._asked
            await asyncio.sleep(seconds)

    async def _reached(self, query: Query) -> Report:
        while True:
            ended, grown = self._ended, self._grown
            report = await self._frame(query)
            if report is not None:
                return report
            if ended:
                raise self._error or ValueError("the recording ended before the frame")
            await grown.wait()

    async def _frame(self, query: Query) -> Report | None:
        increments = tuple(self._increments)
        if self.is_large:
            return await asyncio.to_thread(self._recorder.frame, increments, query)
        return self._recorder.frame(increments, query)
