"""Worker processes: a request goes in, its answer comes out, or why there is none."""

from collections.abc import Iterator
from contextlib import contextmanager

from rollcall.lab.channel import SPENT, Request
from rollcall.lab.errors import Busy, NotTaken, WorkerDied
from rollcall.lab.limits import Limits
from rollcall.lab.worker_process import Answer, Show, WorkerProcess

KILLED = -9  # exit code; the system does it, or somebody


class Parts:
    """Shows each part of an answer once, also where the work is done a second time."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._shown = 0
        self._at = 0

    def __call__(self, part: bytes) -> None:
        self._at += 1
        if self._at > self._shown:
            self._shown = self._at
            self._show(part)

    def begin_again(self) -> None:
        """The same parts come once more."""
        self._at = 0


class Processes:
    """As many as there are requests at a time; each has one, so that a seed means what it says."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._closed = False

    async def answer(self, request: Request, seconds: float, show: Show | None) -> Answer:
        """What became of a request.

        Args:
            request: what is to be done.
            seconds: time limit; with `show`, for each part.
            show: takes each part while the answer grows.

        Raises:
            TimeLimit: it took longer.
            WorkerDied: the process ended in the middle of it.
            Busy: no process can be started at present.
            RuntimeError: the processes are closed.
        """
        parts = None if show is None else Parts(show)
        try:
            return await self._answer_of_one(request, seconds, parts)
        except WorkerDied as died:
            if died.exit_code != KILLED:
                raise
        # From outside, most likely: a model seldom does it to itself.
        if parts:
            parts.begin_again()
        return await self._answer_of_one(request, seconds, parts)

    async def start(self) -> None:
        """Have one ready for the next request."""
        self._idle.append(await self._idle_or_fresh())

    def close(self) -> None:
        """End every process, whatever it is doing."""
        self._closed = True
        for process in self._all:
            process.kill()
        for process in self._all:
            process.end()
        self._all.clear()

    async def _answer_of_one(self, request: Request, seconds: float, parts: Parts | None) -> Answer:
        process = await self._idle_or_fresh()
        try:
            with self._ending_if_it_fails(process):
                answer = await process.ask(request, seconds, parts)
                self._idle.append(process)
                return answer
        except NotTaken:  # nobody has seen the call: it is made by another
            process = await self._fresh()
            with self._ending_if_it_fails(process):
                answer = await process.ask(request, seconds, parts)
                self._idle.append(process)
                return answer
        except WorkerDied as died:
            if died.exit_code != SPENT:
                raise
        # It leaves something running, which must not be there for the next call.
        process = await self._fresh()
        if parts:
            parts.begin_again()
        try:
            return await process.ask(request, seconds, parts, is_last=True)
        finally:
            self._end(process)

    @contextmanager
    def _ending_if_it_fails(self, process: WorkerProcess) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._end(process)
            raise

    async def _idle_or_fresh(self) -> WorkerProcess:
        while self._idle:
            process = self._idle.pop()
            if process.is_alive:
                return process
            self._end(process)
        return await self._fresh()

    async def _fresh(self) -> WorkerProcess:
        self._refuse_when_closed()
        try:
            process = await WorkerProcess.started(self._limits)
        except OSError as error:  # such as for a disk that has become read-only
            raise Busy(f"no worker can be started: {error.strerror}") from error
        self._all.add(process)
        if self._closed:
            self._end(process)
            self._refuse_when_closed()
        return process

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise RuntimeError("the workers are not active any more")

    def _end(self, process: WorkerProcess) -> None:
        self._all.discard(process)
        process.end_soon()
