"""The worker processes: a call goes in, its answer comes out, or why there is none."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pebble import ProcessExpired, ProcessPool

from rollcall.lab import worker
from rollcall.lab.errors import TimeLimit, WorkerDied


class Workers:
    """Processes of which each runs one call at a time, so that a seed means what it says."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._pool = _pool(number)
        self._closed = False

    async def call(self, work: Callable[..., Any], *args: Any, seconds: float) -> Any:
        """What `work` answers.

        Args:
            seconds: time limit, from when a worker takes it up.

        Raises:
            TimeLimit: the call took longer.
            WorkerDied: the process ended in the middle of it.
        """
        # A worker that dies between two calls breaks the whole pool.
        if not self._pool.active and not self._closed:
            self._end()
            self._pool = _pool(self.number)
        future = self._pool.schedule(work, args=args, timeout=seconds)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, FutureTimeout) as error:
            raise TimeLimit(seconds) from error
        except ProcessExpired as error:
            raise WorkerDied(error.exitcode) from error
        except BrokenProcessPool as error:
            raise WorkerDied(None) from error

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _pool(workers: int) -> ProcessPool:
    return ProcessPool(max_workers=workers, initializer=worker.prepare, context=_context())


def _context() -> multiprocessing.context.BaseContext:
    """A fork server that has imported torch already; fresh interpreters where there is none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__, worker.SLOW_IMPORT])
    return context
