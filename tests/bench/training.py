"""A training in the lab, and how long a viewer of its stream waits for the first frame."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from bench.figure import Figure, milliseconds, new_seed
from rollcall.experiments.training.experiment import TRAINING, TrainingQuery
from rollcall.folders import MODELS
from rollcall.lab import Lab

REPEATS = 15
STEPS = 100


def trained(url: str) -> Iterator[Figure]:
    """The demo pair, with a new seed each time."""
    yield Figure(f"{STEPS} steps of both in the lab", median(asyncio.run(in_the_lab())), "ms")
    with closing(HTTPConnection(urlsplit(url).netloc)) as connection:
        waits = [milliseconds(lambda: first_frame(connection)) for _ in range(REPEATS)]
    yield Figure("  first frame of its stream over a socket", median(waits), "ms")


async def in_the_lab() -> list[float]:
    lab = Lab(MODELS)
    try:
        await lab.warm_up()
        taken = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            await lab.run(TRAINING, TrainingQuery(seed=new_seed(), steps=STEPS))
            taken.append((time.perf_counter() - start) * 1000)
        return taken
    finally:
        lab.close()


def first_frame(connection: HTTPConnection) -> None:
    connection.request("GET", TrainingQuery(seed=new_seed(), steps=STEPS).stream_url)
    response = connection.getresponse()
    assert response.status == 200
    while response.readline() != b"\n":
        pass
    connection.close()
