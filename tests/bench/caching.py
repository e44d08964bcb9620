"""The byte cache against rendering."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from unittest.mock import patch

from cachetools import LRUCache
from fastapi import FastAPI
from starlette.types import Message

from bench.figure import Figure
from rollcall import main
from rollcall.export.asking import silence

REPEATS = 15


def cached() -> Iterator[Figure]:
    """One page again and again through the whole application: from the byte cache and rendered."""
    kept, rendered = asyncio.run(costs_of_one_page())
    yield Figure("the same page from the byte cache", kept, "ms")
    yield Figure("  rendered anew", rendered, "ms")
    yield Figure("  ratio", rendered / kept, "x", at_least=5)


async def costs_of_one_page() -> tuple[float, float]:
    keeping = main.create_app()
    with patch.object(main, "LRUCache", lambda _, getsizeof: LRUCache(0, getsizeof)):
        rendering = main.create_app()
    async with (
        keeping.router.lifespan_context(keeping),
        rendering.router.lifespan_context(rendering),
    ):
        kept, rendered = [], []
        for _ in range(REPEATS):
            kept.append(await mean_cost(lambda: ask(keeping, "/registry"), times=200))
            rendered.append(await mean_cost(lambda: ask(rendering, "/registry"), times=20))
    return median(kept), median(rendered)


async def mean_cost(work: Callable[[], Awaitable[None]], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        await work()
    return (time.perf_counter() - start) * 1000 / times


async def ask(app: FastAPI, path: str) -> None:
    """One request without a socket, whose cost would be the same for both."""
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip")],
        "server": ("localhost", 80),
    }

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200

    await app(scope, silence, send)
