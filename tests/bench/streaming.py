"""What viewers of one stream cost the process that serves them."""

import asyncio
import dataclasses
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch

import uvicorn
from fastapi import FastAPI
from starlette.types import Message

from bench.figure import Figure, new_seed
from rollcall.core.query import Query
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.training.experiment import TRAINING, TrainingQuery
from rollcall.main import create_app

VIEWERS = 200
PER_SECOND = 5
SECONDS = 6.0
REPEATS = 5


def streamed() -> Iterator[Figure]:
    """A frame for its first viewer and for a further one; then many, in a process of their own."""
    first, further = asyncio.run(costs_of_a_frame())
    yield Figure("a frame of a stream for its first viewer", first, "ms")
    yield Figure("  for each further one", further, "ms")
    yield Figure("  ratio", further / first, "x", at_most=0.1)
    share = asyncio.run(share_of_a_core())
    yield Figure(
        f"{VIEWERS} viewers of 32 × 64 cells at {PER_SECOND} frames a second, of one core",
        share,
        "%",
        at_most=50,
    )


def app_playing(per_second: float) -> FastAPI:
    assert TRAINING.play
    play = dataclasses.replace(TRAINING.play, per_second=lambda _: per_second)
    with patch.dict(EXPERIMENTS, training=dataclasses.replace(TRAINING, play=play)):
        return create_app()


async def costs_of_a_frame() -> tuple[float, float]:
    """Processor time, without a socket, whose cost is the same for both."""
    app = app_playing(per_second=1e9)
    async with app.router.lifespan_context(app):
        first, further = [], []
        for _ in range(REPEATS):
            query = TrainingQuery(seed=new_seed(), steps=100)
            await watch(app, query.showing(query.steps - 1))  # the training has been run
            first.append(await watch(app, query))
            further.append(await watch(app, query))
        return median(first), median(further)


async def watch(app: FastAPI, query: TrainingQuery) -> float:
    """Milliseconds a frame."""
    path, _, parameters = query.stream_url.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": parameters.encode(),
        "headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip")],
        "server": ("localhost", 80),
    }
    asked, gone = [{"type": "http.request"}], asyncio.Event()

    async def receive() -> Message:
        if not asked:
            await gone.wait()
        return asked.pop()

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200

    start = time.process_time()
    await app(scope, receive, send)
    return (time.process_time() - start) * 1000 / len(query.frames)


async def share_of_a_core() -> float:
    """Processor time of this process, which serves, while another one watches."""
    app = create_app()
    query = DropoutQuery(seed=new_seed(), rows=32, columns=64, input="random", rate=PER_SECOND)
    async with served(app) as port, watching(port, query):
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.sleep(SECONDS)
        return (time.process_time() - cpu) / (time.perf_counter() - wall) * 100


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[int]:
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.05)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


@asynccontextmanager
async def watching(port: int, query: Query) -> AsyncIterator[None]:
    """All viewers, once the first frame has come to each."""
    viewers = Path(__file__).with_name("viewers.py")
    command = (sys.executable, str(viewers), str(port), query.stream_url, str(VIEWERS))
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout
    assert await process.stdout.readline() == b"watching\n"
    yield
    process.terminate()
    await process.wait()
