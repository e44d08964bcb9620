"""What every page of a large model costs: time, bytes, and how long the event loop stands still."""

import asyncio
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.types import Message

from bench.figure import Figure
from rollcall.experiments import EXPERIMENTS
from rollcall.main import create_app

SIZES = {"Ten": 10, "Hundred": 100, "Thousand": 1_000, "TenThousand": 10_000}
TICK = 0.005
COURSE = """
from torch import nn

class Ten(nn.Module):
    blocks = 2

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Dropout()) for _ in range(self.blocks)
        )

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x) / self.blocks  # so that a gradient reaches each of them
        return x

class Hundred(Ten):
    blocks = 25

class Thousand(Ten):
    blocks = 250

class TenThousand(Ten):
    blocks = 2_500
"""
# What a page is asked for, so that its time is that of the model and not of a setting.
ASKED = {"training": {"steps": 2, "at": 2}, "saving": {"steps": 1}}
# They show no model that a lecture file defines, or a layer of it.
NO_MODELS = ("init", "assign", "layers", "loops")


def any_size() -> Iterator[Figure]:
    """Each page of models of 10 to 10,000 modules, each asked for once."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "net.py").write_text(COURSE)
        Path("/proc/self/clear_refs").write_text("5")  # what other parts have held at most
        yield from asyncio.run(every_page(Path(folder)))


@dataclass
class Answer:
    """One page."""

    status: int
    size: int
    seconds: float


async def every_page(folder: Path) -> list[Figure]:
    figures: list[Figure] = []
    # What is found once for all pages, such as an input, is found by each worker: with two, one
    # size may be asked of the worker that has it, and ten times the size of the one that has not.
    app = create_app(folder, seconds=60, workers=1)
    async with app.router.lifespan_context(app):
        for experiment in EXPERIMENTS.values():
            if experiment.name in NO_MODELS:
                continue
            async with longest_gap() as gap:
                answers = {}
                for name in SIZES:
                    pair = {"left": f"net.{name}", "right": f"net.{name}"}
                    asked = {**pair, **ASKED.get(experiment.name, {})}
                    answers[name] = await ask(app, f"/{experiment.name}", asked)
            figures += growth(experiment.name, answers, gap[0])
        workers = max(map(most_memory, descendants(os.getpid())))
    used = most_memory(os.getpid())
    figures.append(Figure("most memory of the web process", used, "MB"))
    figures.append(Figure("  of a worker", workers, "MB"))
    return figures


def descendants(pid: int) -> Iterator[int]:
    """The processes that one has started, and theirs: the fork server's are the workers."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from descendants(child)


def most_memory(pid: int) -> float:
    """What a process has held at most, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def growth(page: str, answers: dict[str, Answer], gap: float) -> Iterator[Figure]:
    """Lines about one page."""
    for name, answer in answers.items():
        told = f"/{page} of {SIZES[name]:,} modules"
        if answer.status != 200:
            told += f" ({answer.status})"
        yield Figure(told, answer.seconds * 1000, "ms")
        yield Figure("  bytes", answer.size / 1000, "kB", at_most=150)
    few, many = answers["Thousand"], answers["TenThousand"]
    yield Figure("  ten times the modules: time", many.seconds / few.seconds, "x", at_most=12)
    yield Figure("  and bytes", many.size / few.size, "x", at_most=1.1)
    yield Figure("  longest work of the web process at a stretch", gap, "ms", at_most=50)


@asynccontextmanager
async def longest_gap() -> AsyncIterator[list[float]]:
    """Milliseconds of processor time that the event loop's thread took without a pause."""
    longest = [0.0]

    async def tick() -> None:
        while True:
            start = time.thread_time()
            await asyncio.sleep(TICK)
            longest[0] = max(longest[0], (time.thread_time() - start) * 1000)

    ticking = asyncio.create_task(tick())
    yield longest
    ticking.cancel()


async def ask(app: FastAPI, path: str, asked: dict[str, object]) -> Answer:
    """One request without a socket."""
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": urlencode(asked).encode(),
        "headers": [(b"host", b"localhost")],
        "server": ("localhost", 80),
    }
    told = Answer(0, 0, 0.0)

    messages = iter([{"type": "http.request"}])

    async def receive() -> Message:
        for message in messages:
            return message
        await asyncio.Event().wait()  # as long as the client is there
        raise AssertionError

    async def send(message: Message) -> None:
        told.status = message.get("status", told.status)
        told.size += len(message.get("body", b""))

    start = time.perf_counter()
    await app(scope, receive, send)
    told.seconds = time.perf_counter() - start
    return told
