"""A call that several wait for is made once, and ends when the last of them has gone."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from rollcall.lab.asker import Askers, asking

T = TypeVar("T")


@dataclass
class _Call(Generic[T]):
    task: "asyncio.Task[T]"
    askers: Askers


class SharedCalls(Generic[T]):
    """Those under way, by what makes them the same."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Call[T]] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._under_way

    async def answer(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `make` answers, or what it answers already for somebody else."""
        call = self._under_way.get(key)
        if call is None:
            call = self._begin(key, make)
        try:
            with call.askers.joined():
                return await asyncio.shield(call.task)
        except asyncio.CancelledError:
            if not call.askers.waiting:
                self._forget(key, call)
                call.task.cancel()
            raise

    def _begin(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> _Call[T]:
        askers = Askers()
        with asking(askers):
            call = _Call(asyncio.create_task(make()), askers)
        self._under_way[key] = call
        call.task.add_done_callback(partial(self._ended, key, call))
        return call

    def _forget(self, key: Hashable, call: _Call[T]) -> None:
        if self._under_way.get(key) is call:
            del self._under_way[key]

    def _ended(self, key: Hashable, call: _Call[T], task: "asyncio.Task[T]") -> None:
        self._forget(key, call)
        if not task.cancelled():
            task.exception()  # tells asyncio that it was seen, for when nobody waits any more
