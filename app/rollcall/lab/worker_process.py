"""One worker process, as the server sees it."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import NamedTuple, Self

from rollcall.core.wire import BadMessage
from rollcall.lab import keeper
from rollcall.lab.channel import HEADER, Kind, Request, header, read_header
from rollcall.lab.errors import NotTaken, TimeLimit, WorkerDied
from rollcall.lab.fork_server import context, has_fork_server, live
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lab.worker_folder import NO_FOLDER, WorkerFolder

NAME = "rollcall-worker"
START_TRIES = 3
START_SECONDS = 120.0  # torch is imported meanwhile, from a cold disk
LIMITS = 3  # time limits that a whole answer in parts may take, if none passes without a part

Show = Callable[[bytes], object]  # takes a part of an answer


class Answer(NamedTuple):
    """What a worker sent."""

    kind: Kind
    content: bytes


# multiprocessing reads an exit code once, and from one thread at a time. A thread that starts a
# process has this until its fork server has imported torch: the event loop never waits for it.
_one_at_a_time = threading.Lock()


class WorkerProcess:
    """Runs one call at a time."""

    def __init__(
        self, process: BaseProcess, connection: socket.socket, folder: WorkerFolder = NO_FOLDER
    ) -> None:
        self._process = process
        self._connection = connection
        self._folder = folder
        self._killed = False
        self._is_kept = keeper.is_available() and has_fork_server()

    @classmethod
    async def started(cls, limits: Limits = NO_LIMITS) -> "WorkerProcess":
        """A fresh one, ready for a call.

        Raises:
            TimeLimit: it was not ready in two minutes.
            WorkerDied: it ended before.
        """
        # No task: those are cancelled when the loop ends, and what the thread makes would be lost.
        starting: asyncio.Future[WorkerProcess]
        starting = asyncio.get_running_loop().run_in_executor(None, cls._start, limits)
        try:
            self = await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(_end)
            raise
        try:
            async with asyncio.timeout(START_SECONDS):
                with self._noticing_its_end():
                    await self._receive()
        except BaseException as error:
            self.kill()
            try:
                raise await self._told(error, START_SECONDS) from error
            finally:
                self.end_soon()
        return self

    @classmethod
    def _start(cls, limits: Limits) -> Self:
        for _ in range(START_TRIES - 1):
            with suppress(OSError, EOFError):  # the fork server is gone: the next one is fresh
                return cls._start_once(limits)
        return cls._start_once(limits)

    @classmethod
    def _start_once(cls, limits: Limits) -> Self:
        ours, theirs = socket.socketpair()
        folder = WorkerFolder.made()
        process = context().Process(  # type: ignore[attr-defined]
            target=live, args=(theirs, limits, folder), name=NAME, daemon=True
        )
        try:
            with theirs, _one_at_a_time:
                process.start()
        except BaseException:
            ours.close()
            folder.remove()
            raise
        ours.setblocking(False)
        return cls(process, ours, folder)

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not wait([self._process.sentinel], timeout=0)

    async def ask(
        self,
        request: Request,
        seconds: float,
        show: Show | None = None,
        *,
        is_last: bool = False,
    ) -> Answer:
        """What became of a request. After an exception the process must be ended.

        Args:
            request: what is to be done.
            seconds: time limit; with `show`, for each part.
            show: takes each part while the answer grows.
            is_last: the process will be ended afterwards in any case.

        Raises:
            TimeLimit: it took longer.
            NotTaken: the process ended before it had the call.
            WorkerDied: the process ended in the middle of it.
        """
        is_taken = False
        loop = asyncio.get_running_loop()
        last = loop.time() + LIMITS * seconds
        try:
            with self._noticing_its_end():
                async with asyncio.timeout(seconds) as limit:
                    if is_last:
                        await self._send(Request(Kind.LAST, b""))
                    await self._send(request)
                    answer = await self._receive()
                    if answer.kind == Kind.TAKEN:
                        is_taken = True
                        answer = await self._receive()
                    while answer.kind == Kind.PART and show is not None:
                        show(answer.content)
                        limit.reschedule(min(last, loop.time() + seconds))
                        answer = await self._receive()
        except (TimeoutError, OSError, EOFError, BadMessage) as error:
            told = await self._told(error, seconds)
            if isinstance(told, WorkerDied) and not is_taken:
                raise NotTaken(told.exit_code) from error
            raise told from error
        return answer

    def kill(self) -> None:
        """End it, whatever it is doing, and what it started."""
        if self._killed:
            return  # its number may be that of another process by now
        self._killed = True
        self._connection.close()
        if self._is_kept:
            self._process.terminate()  # its keeper ends all that it started, and then itself
            return
        with suppress(OSError):  # it ended by itself
            if hasattr(os, "killpg") and self._process.pid:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def end(self) -> None:
        """The same, and wait until it is gone."""
        self.kill()
        self._exit_code()
        self._folder.remove()

    def end_soon(self) -> None:
        """The same, and have a thread wait."""
        self.kill()
        try:
            asyncio.get_running_loop().run_in_executor(None, self.end)
        except RuntimeError:  # the loop ends and has no more threads: nobody else waits
            self.end()

    def _exit_code(self) -> int | None:
        if not wait([self._process.sentinel], timeout=5):
            self._process.kill()
            wait([self._process.sentinel], timeout=1)
        with _one_at_a_time:
            self._process.join(timeout=0)
            return self._process.exitcode

    async def _told(self, error: BaseException, seconds: float) -> BaseException:
        if isinstance(error, TimeoutError):
            return TimeLimit(seconds)
        if isinstance(error, BadMessage):
            return WorkerDied(None)
        if isinstance(error, (OSError, EOFError)):
            return WorkerDied(await asyncio.to_thread(self._exit_code))
        return error

    @contextmanager
    def _noticing_its_end(self) -> Iterator[None]:
        """Read no further than what it sent before it ended.

        A process that it started may keep the other end of the connection open.
        """
        if os.name != "posix":
            yield
            return
        loop, sentinel = asyncio.get_running_loop(), self._process.sentinel

        def has_ended() -> None:
            loop.remove_reader(sentinel)
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RD)

        loop.add_reader(sentinel, has_ended)
        try:
            yield
        finally:
            loop.remove_reader(sentinel)

    async def _send(self, request: Request) -> None:
        message = header(request.content, request.kind) + request.content
        await asyncio.get_running_loop().sock_sendall(self._connection, message)

    async def _receive(self) -> Answer:
        kind, length = read_header(await self._exactly(HEADER.size))
        return Answer(kind, await self._exactly(length))

    async def _exactly(self, length: int) -> bytes:
        loop = asyncio.get_running_loop()
        content = bytearray(length)
        view = memoryview(content)
        while view:
            count = await loop.sock_recv_into(self._connection, view)
            if count == 0:
                raise EOFError
            view = view[count:]
        return bytes(content)


def _end(starting: "asyncio.Future[WorkerProcess]") -> None:
    """Nobody waits for it any more."""
    if not starting.cancelled() and starting.exception() is None:
        starting.result().end_soon()
