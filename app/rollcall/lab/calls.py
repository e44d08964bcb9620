"""Calls take turns before an engine, whichever it is."""

from collections.abc import Callable
from typing import Any

from rollcall.lab.engine import Engine
from rollcall.lab.worker_process import Show


class Calls:
    """Who is next is decided here; who does the work, by the engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def number(self) -> int:
        """Of workers."""
        return self.engine.number

    async def call(
        self,
        work: Callable[..., bytes],
        *args: Any,
        seconds: float,
        show: Show | None = None,
        is_dear: bool = False,
    ) -> bytes:
        """What `work` answers.

        Args:
            work: a function that a worker can import.
            args: of it; with `show`, a function of that name is given to it as well.
            seconds: time limit, from when a worker takes it up; with `show`, for each part.
            show: takes each part while the answer grows.
            is_dear: it leaves a worker to others, where there are two.

        Raises:
            Busy: too many calls wait.
            TimeLimit, WorkerDied, NoNode, InvalidParameter, RuntimeError: as `Engine.call` does.
        """
        queue = await self.engine.queue(work, args)
        async with queue.turn(is_dear=is_dear):
            return await self.engine.call(work, args, seconds, show)

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self.engine.close()
