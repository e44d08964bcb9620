"""What runs the calls of the lab: the embedded workers, or those of a cluster."""

from collections.abc import Callable
from typing import Any, Protocol

from rollcall.lab.fair_queue import FairQueue
from rollcall.lab.worker_process import Show


class Engine(Protocol):
    """Workers of which each runs one call at a time."""

    number: int  # of workers that it is to have

    async def queue(self, work: Callable[..., bytes], args: tuple[Any, ...]) -> FairQueue:
        """Where such a call waits for its turn.

        Raises:
            NoNode: there is no worker that could take it.
        """

    async def call(
        self,
        work: Callable[..., bytes],
        args: tuple[Any, ...],
        seconds: float,
        show: Show | None,
    ) -> bytes:
        """What `work` answers. It is called for no more calls at a time than the queue lets go.

        Args:
            work: a function that a worker can import.
            args: of it; with `show`, a function of that name is given to it as well.
            seconds: time limit, from when a worker takes it up; with `show`, for each part.
            show: takes each part while the answer grows, and each once.

        Raises:
            TimeLimit: the call took longer.
            WorkerDied: the process ended in the middle of it.
            NoNode: there is no worker any more that could take it.
            InvalidParameter: as `work` did.
            RuntimeError: `work` raised anything else, or the engine is closed.
        """

    def devices(self) -> tuple[str, ...]:
        """Those that some workers have, beside those that every worker has."""

    def close(self) -> None:
        """End every worker, whatever it is doing."""
