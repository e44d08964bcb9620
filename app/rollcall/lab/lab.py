"""Experiments run in worker processes, each answer computed once and kept."""

import asyncio
import itertools
import multiprocessing
import pickle
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Hashable
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast

from cachetools import LRUCache
from pebble import ProcessExpired, ProcessPool

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.experiments.base import Play
from rollcall.lab import worker
from rollcall.lab.choices import Choices
from rollcall.lab.errors import TimeLimit, WorkerDied
from rollcall.lab.recording import Recording
from rollcall.lectures.lecture_file import version

WARM_UP_SECONDS = 120.0
LARGE_ANSWER = 60_000  # bytes, of which a page takes some 30 ms: the event loop waits for no more
RECORDING_LIMITS = 3  # time limits that a whole recording may take, if none passes without a frame
FAILURE_KEPT = 5.0  # seconds


class Lab:
    """Worker processes over one folder of lecture files.

    Args:
        folder: the lecture files.
        workers: processes; each runs one call at a time, so that a seed means what it says.
        seconds: time limit of one call, from when a worker takes it up; of a recording, for each
            increment.
        cache_bytes: bound on all kept answers together.
    """

    def __init__(
        self, folder: Path, workers: int = 2, seconds: float = 10.0, cache_bytes: int = 64 << 20
    ) -> None:
        self.folder = folder
        self.workers = workers
        self.seconds = seconds
        self._answers: LRUCache[Hashable, bytes | Recording]
        self._answers = LRUCache(cache_bytes, getsizeof=len)
        self._under_way: dict[Hashable, asyncio.Task[bytes]] = {}
        self._recordings: dict[Hashable, Recording] = {}  # under way, or failed a moment ago
        self._recording_tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count()
        self._pool = _pool(workers)
        self._closed = False

    @property
    def version(self) -> str:
        """A word for the present state of the lecture files.

        What was computed under another one is out of date.
        """
        return version(self.folder)

    async def warm_up(self) -> None:
        """Start every worker, load the lecture files and run every experiment once in each.

        What goes wrong here goes wrong again on the page that asks for it, and is told there.
        """
        for work, seconds in (
            (worker.list_choices, WARM_UP_SECONDS),
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
        if experiment.play:
            recording = self._recording(experiment.name, experiment.play, query)
            return await recording.frame(query)
        answer = await self._answer(experiment, query)
        if len(answer) > LARGE_ANSWER:
            return await asyncio.to_thread(worker.report_of, answer, query)
        return worker.report_of(answer, query)

    async def make(
        self, experiment: Experiment, query: Query, work: Callable[[Report, Query], bytes]
    ) -> bytes:
        """What `work` makes of a report: here, or by a worker where the report is large.

        A large report never comes here, so that the event loop waits neither for it nor for what is
        made of it. Raises as `run` does.
        """
        if experiment.play:
            recording = self._recording(experiment.name, experiment.play, query)
            report = await recording.frame(query)
            if recording.is_large:
                return await asyncio.to_thread(work, report, query)
            return work(report, query)
        answer = await self._answer(experiment, query)
        if len(answer) > LARGE_ANSWER:
            made = await self._call(worker.make, answer, work, query, seconds=self.seconds)
            return cast(bytes, made)
        return work(worker.report_of(answer, query), query)

    async def _answer(self, experiment: Experiment, query: Query) -> bytes:
        """A report, still pickled."""
        computed = query.computed
        key = (experiment.name, computed, self.version)
        return await self._once(key, worker.run, experiment.name, computed, self.folder)

    def prepare(self, experiment: Experiment, query: Query) -> None:
        """Begin what `run` will soon be asked for, if it is a frame of a play."""
        if experiment.play:
            self._recording(experiment.name, experiment.play, query)

    async def choices(self) -> Choices:
        """The models and devices that a query can name."""
        key = ("choices", self.version)
        return cast(Choices, pickle.loads(await self._once(key, worker.list_choices, self.folder)))

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._closed = True
        self._end_workers()
        if "_recording_folder" in vars(self):
            shutil.rmtree(self._recording_folder, ignore_errors=True)

    async def _once(self, key: Hashable, work: Callable[..., bytes], *args: Any) -> bytes:
        """The kept answer, or that of the call under way: three hundred students cost one call."""
        answer = self._answers.get(key)
        if isinstance(answer, bytes):
            return answer
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._keep(key, work, *args))
            self._under_way[key] = task
            task.add_done_callback(partial(self._forget, key))
        return await asyncio.shield(task)

    def _forget(self, key: Hashable, task: "asyncio.Task[bytes]") -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            task.exception()  # tells asyncio that it was seen, for when nobody waits any more

    async def _keep(self, key: Hashable, work: Callable[..., bytes], *args: Any) -> bytes:
        answer: bytes = await self._call(work, *args, seconds=self.seconds)
        with suppress(ValueError):  # larger than the whole cache
            self._answers[key] = answer
        return answer

    def _recording(self, name: str, play: Play, query: Query) -> Recording:
        """The recording that holds a frame: kept, or under way, or begun now."""
        recorded = play.recorded(query)
        key = (name, recorded, self.version)
        known = self._recordings.get(key, self._answers.get(key))
        if isinstance(known, Recording):
            return known
        recording = self._recordings[key] = Recording(play.recorder)
        task = asyncio.create_task(self._record(key, recording, name, recorded))
        self._recording_tasks.add(task)  # asyncio itself holds no task
        task.add_done_callback(self._recording_tasks.discard)
        return recording

    async def _record(self, key: Hashable, recording: Recording, name: str, query: Query) -> None:
        path = self._recording_folder / str(next(self._numbers))
        seconds = RECORDING_LIMITS * self.seconds
        call = self._call(worker.record, name, query, self.folder, path, seconds=seconds)
        try:
            await self._follow(recording, call, path)
        except Exception:  # whoever waits for a frame is told
            # Frames that were reached are still shown, and those of the rest do not run it again.
            await asyncio.sleep(FAILURE_KEPT)
        else:
            with suppress(ValueError):  # larger than the whole cache
                self._answers[key] = recording
        finally:
            del self._recordings[key]

    async def _follow(
        self, recording: Recording, call: Coroutine[Any, Any, bytes], path: Path
    ) -> None:
        try:
            await recording.follow(asyncio.create_task(call), path, self.seconds)
        finally:
            _remove(path)

    @cached_property
    def _recording_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="rollcall-"))

    async def _call(self, work: Callable[..., Any], *args: Any, seconds: float) -> Any:
        # A worker that dies between two calls breaks the whole pool.
        if not self._pool.active and not self._closed:
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


def _remove(path: Path) -> None:
    with suppress(OSError):  # a worker that is being ended may still have it open
        path.unlink(missing_ok=True)


def _pool(workers: int) -> ProcessPool:
    return ProcessPool(max_workers=workers, initializer=worker.prepare, context=_context())


def _context() -> multiprocessing.context.BaseContext:
    """A fork server that has imported torch already; fresh interpreters where there is none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__, worker.SLOW_IMPORT])
    return context
