"""Answers that are kept, and those under way: three hundred students cost one call."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import Any

from rollcall.lab.apart import may_be_kept
from rollcall.lab.calls import Calls
from rollcall.lab.recordings import Answers
from rollcall.lab.shared_calls import SharedCalls


class AskedOnce:
    """Calls of which each is made once.

    Args:
        calls: make them.
        kept: their answers, beside recordings.
    """

    def __init__(self, calls: Calls, kept: Answers) -> None:
        self._calls = calls
        self._kept = kept
        self._under_way = SharedCalls[bytes]()

    async def answer(
        self, key: Hashable, seconds: float, work: Callable[..., bytes], *args: Any
    ) -> bytes:
        """The kept answer, or that of the call under way, or of one that begins now.

        Raises:
            Busy, TimeLimit, WorkerDied: as the call does.
        """
        answer = self._kept.get(key)
        if isinstance(answer, bytes):
            return answer
        make = partial(self._make, key, seconds, work, *args)
        return await self._under_way.answer(key, make)

    async def _make(
        self, key: Hashable, seconds: float, work: Callable[..., bytes], *args: Any
    ) -> bytes:
        answer: bytes = await self._calls.call(work, *args, seconds=seconds)
        if may_be_kept(answer):
            with suppress(ValueError):  # larger than all that may be kept
                self._kept[key] = answer
        return answer
