"""Which GPUs the nodes of a cluster have, and which of them a call needs."""

import asyncio
import re
from typing import Any

import ray

from rollcall.core.pair_query import PairQuery

GPU_SHARE = 0.25  # of a GPU for each worker that is sent there
MOST_GPUS = 8  # of a node
LOOK_AGAIN = 2.0  # seconds


def gpu_of(args: tuple[Any, ...]) -> int | None:
    """The number of the GPU that a call needs: N of cuda:N; None where it needs none."""
    numbers = [number for each in args if isinstance(each, PairQuery) for number in _numbers(each)]
    return max(numbers, default=None)


def _numbers(query: PairQuery) -> list[int]:
    found = [re.fullmatch(r"cuda:(\d)", device) for device in query.devices]
    return [int(match[1]) for match in found if match and int(match[1]) < MOST_GPUS]


class Gpus:
    """Of the node that has most."""

    def __init__(self) -> None:
        self._most = 0
        self._looked_at: float | None = None
        self._look: asyncio.Task[None] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """As torch names them, as of a moment ago: nobody waits for the look."""
        if self._is_old and (self._look is None or self._look.done()):
            self._look = asyncio.create_task(self._look_again())
        return tuple(f"cuda:{number}" for number in range(min(self._most, MOST_GPUS)))

    async def have(self, number: int) -> bool:
        """Whether some node has so many at present."""
        if self._is_old:
            await self._look_again()
        return number < self._most

    @property
    def _is_old(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self._looked_at is None or now - self._looked_at > LOOK_AGAIN

    async def _look_again(self) -> None:
        self._most = await asyncio.to_thread(_most_gpus)
        self._looked_at = asyncio.get_running_loop().time()


def _most_gpus() -> int:
    alive = [node for node in ray.nodes() if node["Alive"]]
    return max((int(node["Resources"].get("GPU", 0)) for node in alive), default=0)
