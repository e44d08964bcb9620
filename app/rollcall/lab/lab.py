"""Experiments run in worker processes, each answer computed once and kept."""

import asyncio
import multiprocessing
import pickle
from collections.abc import Callable, Hashable
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any, cast
from weakref import WeakValueDictionary

from pebble import ProcessExpired, ProcessPool

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.base import Recorder
from rollcall.lab import worker
from rollcall.lab.byte_cache import ByteCache
from rollcall.lab.choices import Surroundings
from rollcall.lab.errors import TimeLimit, WorkerDied
from rollcall.lab.progress_file import Boards
from rollcall.lab.recording import Tape
from rollcall.lectures.lecture_file import version

WARM_UP_SECONDS = 120.0
LARGE_ANSWER = (
    200_000  # bytes, which take some 20 ms to unpickle: the event loop does not wait for more
)


class Lab:
    """Worker processes over one folder of lecture files.

    Args:
        folder: the lecture files.
        workers: processes; each runs one call at a time, so that a seed means what it says.
        seconds: time limit of one call, from when a worker takes it up.
        cache_bytes: bound on all kept answers together.
    """

    def __init__(
        self, folder: Path, workers: int = 2, seconds: float = 10.0, cache_bytes: int = 64 << 20
    ) -> None:
        self.folder = folder
        self.workers = workers
        self.seconds = seconds
        self._answers: ByteCache[bytes] = ByteCache(cache_bytes)
        self._under_way: dict[Hashable, asyncio.Task[bytes]] = {}
        self._boards = Boards()
        self._tapes: WeakValueDictionary[Hashable, Tape] = WeakValueDictionary()
        self._pool = _pool(workers)
        self._closed = False

    @property
    def version(self) -> str:
        """A word for the present state of the lecture files; what was computed under another one is out of date."""
        return version(self.folder)

    async def warm_up(self) -> None:
        """Start every worker, load the lecture files and run every experiment once in each.

        What goes wrong here goes wrong again on the page that asks for it, and is told there.
        """
        for work, seconds in (
            (worker.look_around, WARM_UP_SECONDS),
            (worker.warm_up, self.seconds),
        ):
            calls = [self._call(work, self.folder, seconds=seconds) for _ in range(self.workers)]
            await asyncio.gather(*calls, return_exceptions=True)

    async def run(self, experiment: Experiment, query: Query) -> Report:
        """Run one experiment, or repeat the answer it gave on these lecture files.

        Raises:
            InvalidParameter: the query names something that does not exist.
            TimeLimit: the call took longer than the limit.
            WorkerDied: the process ended in the middle of it.
        """
        if experiment.recorder:
            return await self.tape(experiment, experiment.recorder, query).cut(query)
        key = (experiment.name, query, self.version)
        answer = await self._once(key, worker.run, experiment.name, query, self.folder)
        if len(answer) > LARGE_ANSWER:
            return cast(Report, await asyncio.to_thread(pickle.loads, answer))
        return cast(Report, pickle.loads(answer))

    def tape(self, experiment: Experiment, recorder: Recorder, query: Query) -> Tape:
        """What holds the frames of a play. While somebody keeps it, its recording need not be unpickled again."""
        whole = recorder.whole(query)
        key = (experiment.name, whole, self.version)
        tape = self._tapes.get(key)
        if tape is None:
            board = self._boards.of(key)
            start = partial(
                self._start, key, worker.record, experiment.name, whole, self.folder, board
            )
            self._tapes[key] = tape = Tape(recorder, start, board.read)
        return tape

    async def surroundings(self) -> Surroundings:
        """The models and devices that a query can name."""
        key = ("surroundings", self.version)
        return cast(
            Surroundings, pickle.loads(await self._once(key, worker.look_around, self.folder))
        )

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._closed = True
        self._end_workers()
        self._boards.close()

    async def _once(self, key: Hashable, work: Callable[..., bytes], *args: Any) -> bytes:
        return await asyncio.shield(self._start(key, work, *args))

    def _start(
        self, key: Hashable, work: Callable[..., bytes], *args: Any
    ) -> asyncio.Future[bytes]:
        """The kept answer, or the one under way, or a new one: three hundred students cost one call."""
        answer = self._answers.get(key)
        if answer is not None:
            kept: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            kept.set_result(answer)
            return kept
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._keep(key, work, *args))
            self._under_way[key] = task
            task.add_done_callback(partial(self._forget, key))
        return task

    def _forget(self, key: Hashable, task: "asyncio.Task[bytes]") -> None:
        self._under_way.pop(key, None)
        tape = self._tapes.get(key)
        # To ask for the exception also tells asyncio that it was seen, for when nobody waits for it any more.
        if not task.cancelled() and task.exception() and tape:
            tape.read()
        self._boards.of(key).clear()

    async def _keep(self, key: Hashable, work: Callable[..., bytes], *args: Any) -> bytes:
        answer: bytes = await self._call(work, *args, seconds=self.seconds)
        self._answers.put(key, answer)
        return answer

    async def _call(self, work: Callable[..., Any], *args: Any, seconds: float) -> Any:
        if (
            not self._pool.active and not self._closed
        ):  # a worker that dies between two calls breaks the whole pool
            self._end_workers()
            self._pool = _pool(self.workers)
        future = self._pool.schedule(work, args=args, timeout=seconds)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, FutureTimeout) as error:
            raise TimeLimit(seconds) from error
        except ProcessExpired as error:
            raise WorkerDied(error.exitcode) from error
        except BrokenProcessPool as error:
            raise WorkerDied(None) from error

    def _end_workers(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _pool(workers: int) -> ProcessPool:
    return ProcessPool(max_workers=workers, initializer=worker.prepare, context=_context())


def _context() -> multiprocessing.context.BaseContext:
    """A fork server that has imported torch already, or fresh interpreters where the system has no fork server."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__, worker.SLOW_IMPORT])
    return context
