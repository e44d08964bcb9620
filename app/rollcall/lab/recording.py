"""A recording that may still be made, held for all who look at it."""

import asyncio
import pickle
from collections.abc import Callable
from typing import Any

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments.base import Recorder

LOOK_EVERY = 0.05  # seconds


class Tape:
    """As much of a recording as there is.

    Args:
        start: has it made, or finds it where it is made or kept already; pickled.
        so_far: what there is of it now, if anything; pickled.
    """

    def __init__(
        self,
        recorder: Recorder,
        start: Callable[[], "asyncio.Future[bytes]"],
        so_far: Callable[[], bytes | None],
    ) -> None:
        self._recorder = recorder
        self._start = start
        self._so_far = so_far
        self._work: asyncio.Future[bytes] | None = None
        self._recording: Any = None
        self._finished = False
        self._looking = asyncio.Lock()

    async def cut(self, frame: Query) -> Report:
        """The report of one frame, once the recording reaches it.

        Raises:
            InvalidParameter, LabError: as `Lab.run` does.
        """
        while not self._reaches(frame):
            async with self._looking:  # one for all
                if not self._reaches(frame):
                    await self._look()
        return self._recorder.cut(self._recording, frame)

    def read(self) -> None:
        """Hold what there is now."""
        if so_far := self._so_far():
            self._recording = pickle.loads(so_far)

    def _reaches(self, frame: Query) -> bool:
        return self._finished or (
            self._recording is not None and self._recorder.reaches(self._recording, frame)
        )

    async def _look(self) -> None:
        self._work = self._work or self._start()
        await asyncio.wait(
            {self._work}, timeout=LOOK_EVERY
        )  # who stops waiting does not end the work
        if self._work.done():
            self._recording, self._finished = pickle.loads(self._work.result()), True
        else:
            self.read()
