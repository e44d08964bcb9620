"""The embedded engine: worker processes on this machine. It needs nothing."""

import pickle
from collections.abc import Callable
from typing import Any

from rollcall.lab.answered import content_of
from rollcall.lab.channel import Kind, Request
from rollcall.lab.fair_queue import MOST_WAITING, FairQueue
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lab.processes import Processes
from rollcall.lab.worker_process import Show


class Workers:
    """As many processes as calls may run at a time."""

    def __init__(
        self, number: int, most_waiting: int = MOST_WAITING, limits: Limits = NO_LIMITS
    ) -> None:
        self.number = number
        self._queue = FairQueue(number, most_waiting)
        self._processes = Processes(limits)

    async def queue(self, work: Callable[..., bytes], args: tuple[Any, ...]) -> FairQueue:
        """The one queue: every worker has the same devices."""
        return self._queue

    async def call(
        self,
        work: Callable[..., bytes],
        args: tuple[Any, ...],
        seconds: float,
        show: Show | None,
    ) -> bytes:
        """What `work` answers; see `Engine`."""
        request = Request(Kind.REQUEST, pickle.dumps((work, args, show is not None)))
        return content_of(await self._processes.answer(request, seconds, show))

    def devices(self) -> tuple[str, ...]:
        """None that `worker.list_choices` does not see."""
        return ()

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._processes.close()
