"""Experiments that nobody has asked for yet."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from bench.figure import Figure, milliseconds, new_seed
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.registry.experiment import REGISTRY, RegistryQuery
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lab import Lab
from rollcall.web.bodies import tabs
from rollcall.web.static import StaticFiles
from rollcall.web.templates import Templates

REQUESTS = 30
GOALS = {"registry": 25}


def every_page(url: str) -> Iterator[Figure]:
    """Each experiment on its demo pair, with a new seed each time: what a client waits."""
    with closing(HTTPConnection(urlsplit(url).netloc)) as connection:
        for experiment in EXPERIMENTS.values():
            taken = [_asked(connection, experiment) for _ in range(REQUESTS)]
            goal = GOALS.get(experiment.name, 60)
            yield Figure(
                f"{experiment.query.path}, uncached, over a socket",
                median(taken),
                "ms",
                at_most=goal,
            )


def parts_of_the_registry() -> Iterator[Figure]:
    """Where the time of the first page goes."""
    lab, rendering = asyncio.run(parts_of_a_request())
    yield Figure("/registry, uncached: lab", median(lab), "ms")
    yield Figure("  template", median(rendering), "ms")


async def parts_of_a_request() -> tuple[list[float], list[float]]:
    lab = Lab(MODELS)
    try:
        await lab.warm_up()
        choices = await lab.choices()
        templates = Templates(TEMPLATES, StaticFiles(STATIC).urls)
        running, rendering = [], []
        for _ in range(REQUESTS):
            query = RegistryQuery(seed=new_seed())
            start = time.perf_counter()
            report = await lab.run(REGISTRY, query)
            running.append((time.perf_counter() - start) * 1000)
            context = {
                "query": query,
                "report": report,
                "choices": choices,
                "tabs": tabs({}),
            }
            render = partial(templates.render, "registry", partial=False, experiment=REGISTRY)
            rendering.append(milliseconds(partial(render, **context)))
        return running, rendering
    finally:
        lab.close()


def get(connection: HTTPConnection, url: str) -> bytes:
    connection.request("GET", url, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert response.status == 200
    return response.read()


def _asked(connection: HTTPConnection, experiment: Experiment) -> float:
    """Milliseconds that a client waits for a page that nobody has asked for."""
    query = experiment.query.model_validate({"seed": new_seed()})
    return milliseconds(lambda: get(connection, query.url))
