"""The workers of one kind, as Ray places them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from ray.exceptions import ActorUnavailableError, RayError

from rollcall.lab.errors import NoNode
from rollcall.lab.fair_queue import FairQueue

FIRST = 60.0  # seconds until the first worker is there, with torch from a cold disk
PATIENCE = 20.0  # seconds without any worker, after which nobody waits for one
LONGEST = 500  # characters of why a worker could not start
AGAIN = 1.0  # seconds until one that could not start is tried once more


class Pool:
    """Has one actor for each place; Ray starts it again where there is room for it.

    Args:
        make: an actor.
        number: of them.
        missing: what is said where none of them has a node.
    """

    def __init__(self, make: Callable[[], Any], number: int, missing: str) -> None:
        self.queue = FairQueue(0)
        self._make = make
        self._missing = missing
        self._trouble = ""  # why the last one could not start
        self._open: set[Any] = set()
        self._closed_at: dict[Any, float] = {}  # of those that Ray starts again
        self._idle: list[Any] = []
        self._asked: set[Any] = set()
        self._changed = asyncio.Event()
        self._empty_until: float | None = None  # then nobody waits any longer
        self._is_empty(FIRST)
        self._tasks = [asyncio.create_task(self._follow()) for _ in range(number)]

    @property
    def no_node(self) -> NoNode | None:
        """Why nobody waits any longer; None where there are workers, or may be soon."""
        now = asyncio.get_running_loop().time()
        if self._empty_until is None or now < self._empty_until:
            return None
        return self._error()

    @property
    def places(self) -> int:
        """How many workers run."""
        return len(self._open)

    def no_node_for(self, actor: Any) -> NoNode | None:
        """Why a call that it has is waited for no longer; None where it may go on."""
        now = asyncio.get_running_loop().time()
        if now - self._closed_at.get(actor, now) > PATIENCE:  # Ray has found no other for it
            return NoNode("the node that ran these models is gone")
        return self.no_node

    @asynccontextmanager
    async def actor(self) -> AsyncIterator[Any]:
        """One that has no call, for as long as the block.

        Raises:
            NoNode: none comes.
        """
        while not self._idle:
            await self._change()
        actor = self._idle.pop()
        self._asked.add(actor)
        try:
            yield actor
        finally:
            self._asked.discard(actor)
            if actor in self._open:
                self._idle.append(actor)
                self._tell()

    def close(self) -> None:
        """Follow them no more."""
        for task in self._tasks:
            task.cancel()

    async def _follow(self) -> None:
        while True:
            actor = self._make()
            try:
                await self._lives(actor)
            except RayError as error:  # it could not start, or was killed
                self._closed_at.pop(actor, None)
                self._trouble = " ".join(str(error).split())[:LONGEST]
                await asyncio.sleep(AGAIN)

    async def _lives(self, actor: Any) -> None:
        """Open a place whenever the actor runs.

        Raises:
            RayError: it never runs again.
        """
        while True:
            await actor.start.options(max_task_retries=-1).remote()
            self._open.add(actor)
            self._closed_at.pop(actor, None)
            if actor not in self._asked:  # else Ray makes its call once more
                self._idle.append(actor)
            self._tell()
            try:
                await actor.gone.options(max_task_retries=0).remote()
            except ActorUnavailableError:  # Ray is about to start it again
                pass
            finally:
                self._open.discard(actor)
                self._closed_at[actor] = asyncio.get_running_loop().time()
                if actor in self._idle:
                    self._idle.remove(actor)
                self._tell()

    def _tell(self) -> None:
        if self._open:
            self._empty_until = None
        elif self._empty_until is None:
            self._is_empty(PATIENCE)
        self._changed.set()
        self._changed = asyncio.Event()
        self.queue.resize(len(self._open))

    def _is_empty(self, patience: float) -> None:
        loop = asyncio.get_running_loop()
        self._empty_until = loop.time() + patience
        loop.call_later(patience + 0.1, self._refuse)

    def _refuse(self) -> None:
        if (error := self.no_node) is not None:
            self.queue.refuse(error)

    async def _change(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._changed.wait()
        except TimeoutError:
            raise self._error() from None

    def _error(self) -> NoNode:
        if not self._trouble:
            return NoNode(self._missing)
        return NoNode(self._missing, f"The last worker that was started ended: {self._trouble}")
