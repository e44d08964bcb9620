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

    @property
    def names(self) -> tuple[str, ...]:
        """As torch names them, as of the last look."""
        return tuple(f"cuda:{number}" for number in range(min(self._most, MOST_GPUS)))

    async def have(self, number: int) -> bool:
        """Whether some node has so many at present."""
        now = asyncio.get_running_loop().time()
        if self._looked_at is None or now - self._looked_at > LOOK_AGAIN:
            self._looked_at = now
            self._most = await asyncio.to_thread(_most_gpus)
        return number < self._most


def _most_gpus() -> int:
    alive = [node for node in ray.nodes() if node["Alive"]]
    return max((int(node["Resources"].get("GPU", 0)) for node in alive), default=0)
