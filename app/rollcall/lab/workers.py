"""The worker processes: a call goes in, its answer comes out, or why there is none."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rollcall.lab import worker
from rollcall.lab.channel import Kind
from rollcall.lab.errors import NotTaken, WorkerDied
from rollcall.lab.fair_queue import MOST_WAITING, FairQueue
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lab.worker_loop import Refusal
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


class Workers:
    """Processes of which each runs one call at a time, so that a seed means what it says."""

    def __init__(
        self, number: int, most_waiting: int = MOST_WAITING, limits: Limits = NO_LIMITS
    ) -> None:
        self.number = number
        self._limits = limits
        self._queue = FairQueue(number, most_waiting)
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._closed = False

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
            TimeLimit: the call took longer.
            WorkerDied: the process ended in the middle of it.
            InvalidParameter: as `work` did.
            RuntimeError: `work` raised anything else, or the workers are closed.
        """
        async with self._queue.turn(is_dear=is_dear):
            parts = None if show is None else Parts(show)
            answer = await self._answer(work, args, seconds, parts)
        if answer.kind == Kind.ANSWER:
            return answer.content
        if answer.kind == Kind.REFUSED:
            raise Refusal.model_validate_json(answer.content).error
        raise RuntimeError(answer.content.decode(errors="replace"))

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        self._closed = True
        for process in self._all:
            process.kill()
        for process in self._all:
            process.end()
        self._all.clear()

    async def _answer(
        self,
        work: Callable[..., bytes],
        args: tuple[Any, ...],
        seconds: float,
        parts: "Parts | None",
    ) -> Answer:
        """That of a worker. Whoever was killed over it is replaced once: a model seldom does it."""
        try:
            return await self._answer_of_one(work, args, seconds, parts)
        except WorkerDied as died:
            if died.exit_code != KILLED:
                raise
        if parts:
            parts.begin_again()
        return await self._answer_of_one(work, args, seconds, parts)

    async def _answer_of_one(
        self,
        work: Callable[..., bytes],
        args: tuple[Any, ...],
        seconds: float,
        parts: "Parts | None",
    ) -> Answer:
        process = await self._idle_or_fresh()
        try:
            with self._ending_if_it_fails(process):
                answer = await process.ask(work, args, seconds, parts)
                self._idle.append(process)
                return answer
        except NotTaken:  # nobody has seen the call: it is made by another
            process = await self._fresh()
            with self._ending_if_it_fails(process):
                answer = await process.ask(work, args, seconds, parts)
                self._idle.append(process)
                return answer
        except WorkerDied as died:
            if died.exit_code != worker.SPENT:
                raise
        # It leaves something running, which must not be there for the next call.
        process = await self._fresh()
        if parts:
            parts.begin_again()
        try:
            return await process.ask(worker.run_and_end, (work, *args), seconds, parts)
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
        process = await WorkerProcess.started(self._limits)
        self._all.add(process)
        if self._closed:
            self._end(process)
            self._refuse_when_closed()
        return process

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise RuntimeError("the workers are not active any more")

    def _end(self, process: WorkerProcess) -> None:
        process.kill()
        self._all.discard(process)
        asyncio.get_running_loop().run_in_executor(None, process.end)
