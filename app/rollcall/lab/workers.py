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
        self._single_use: set[ProcessPool] = set()
        self._closed = False

    async def call(self, work: Callable[..., Any], *args: Any, seconds: float) -> Any:
        """What `work` answers.

        Args:
            seconds: time limit, from when a worker takes it up.

        Raises:
            TimeLimit: the call took longer.
            WorkerDied: the process ended in the middle of it.
        """
        try:
            return await self._on(self._usable_pool(), work, *args, seconds=seconds)
        except WorkerDied as died:
            if died.exit_code != worker.SPENT:
                raise
        return await self._in_own_process(work, *args, seconds=seconds)

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._closed = True
        for pool in (self._pool, *self._single_use):
            _end(pool)

    async def _in_own_process(self, work: Callable[..., Any], *args: Any, seconds: float) -> Any:
        """For models that leave something running, which must not be there for the next ones."""
        pool = _pool(1, max_tasks=1)
        self._single_use.add(pool)
        try:
            return await self._on(pool, worker.run_and_end, work, *args, seconds=seconds)
        finally:
            self._single_use.discard(pool)
            await asyncio.to_thread(_end, pool)

    def _usable_pool(self) -> ProcessPool:
        # A worker that dies between two calls breaks the whole pool.
        if not self._pool.active and not self._closed:
            _end(self._pool)
            self._pool = _pool(self.number)
        return self._pool

    async def _on(
        self, pool: ProcessPool, work: Callable[..., Any], *args: Any, seconds: float
    ) -> Any:
        future = pool.schedule(work, args=args, timeout=seconds)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, FutureTimeout) as error:
            raise TimeLimit(seconds) from error
        except ProcessExpired as error:
            raise WorkerDied(error.exitcode) from error
        except BrokenProcessPool as error:
            raise WorkerDied(None) from error


def _pool(workers: int, max_tasks: int = 0) -> ProcessPool:
    return ProcessPool(
        max_workers=workers,
        max_tasks=max_tasks,
        initializer=worker.begin,
        context=_context(),
    )


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _context() -> multiprocessing.context.BaseContext:
    """A fork server that has imported torch already; fresh interpreters where there is none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__, worker.SLOW_IMPORT])
    return context
