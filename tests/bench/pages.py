"""Experiments that nobody has asked for yet: in the lab, as bare PyTorch, and as a whole page."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench import bare
from bench.figure import Figure, milliseconds, new_seed
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.registry.experiment import REGISTRY, RegistryQuery
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lab import Lab
from rollcall.web.static import StaticFiles
from rollcall.web.tabs import tabs
from rollcall.web.templates import Templates

REQUESTS = 30
# What a page may take beyond its call in the lab: the larger of the two.
TIMES_ITS_CALL = 5
MILLISECONDS_MORE = 10


class Bare(NamedTuple):
    """The bare PyTorch calls that a page reports."""

    run: Callable[[Any], None]
    at_most: float  # times as long the lab may take


BARE = {"registry": Bare(bare.registry, 3), "training": Bare(bare.training, 1.3)}


def every_page(url: str) -> Iterator[Figure]:
    """Each experiment on its demo pair, with a new seed each time."""
    yield from asyncio.run(_every_page(url))


async def _every_page(url: str) -> list[Figure]:
    figures: list[Figure] = []
    lab = Lab(MODELS)
    with closing(HTTPConnection(urlsplit(url).netloc)) as connection:
        try:
            await lab.warm_up()
            for experiment in EXPERIMENTS.values():
                figures.extend(await _page(lab, connection, experiment))
        finally:
            lab.close()
    return figures


async def _page(lab: Lab, connection: HTTPConnection, experiment: Experiment) -> Iterator[Figure]:
    """One page: its call in the lab, the same in bare PyTorch, and what a client waits for it."""
    in_bare = BARE.get(experiment.name)
    calls, bare_calls, waits = [], [], []
    for _ in range(REQUESTS):
        query = experiment.query.model_validate({"seed": new_seed()})
        start = time.perf_counter()
        await lab.run(experiment, query)
        calls.append((time.perf_counter() - start) * 1000)
        waits.append(milliseconds(partial(get, connection, query.url)))
        if in_bare:
            bare_calls.append(milliseconds(partial(in_bare.run, query)))
    return _figures(experiment.query.path, median(calls), bare_calls, median(waits), in_bare)


def _figures(
    path: str, call: float, bare_calls: list[float], wait: float, in_bare: Bare | None
) -> Iterator[Figure]:
    yield Figure(f"{path}, uncached: lab", call, "ms")
    if in_bare:
        ratio = call / median(bare_calls)
        yield Figure(
            "  ratio to the bare PyTorch calls that it reports", ratio, "x", at_most=in_bare.at_most
        )
    most = max(TIMES_ITS_CALL * call, call + MILLISECONDS_MORE)
    yield Figure("  the whole page over a socket", wait, "ms", at_most=round(most, 1))


def template_of_the_registry() -> Iterator[Figure]:
    """How long the web process renders the first page."""
    yield Figure("/registry: template", median(asyncio.run(_renderings())), "ms")


async def _renderings() -> list[float]:
    lab = Lab(MODELS)
    try:
        await lab.warm_up()
        choices = await lab.choices()
        templates = Templates(TEMPLATES, StaticFiles(STATIC).urls)
        render = partial(templates.render, "registry", partial=False, experiment=REGISTRY)
        taken = []
        for _ in range(REQUESTS):
            query = RegistryQuery(seed=new_seed())
            report = await lab.run(REGISTRY, query)
            context = {"query": query, "report": report, "choices": choices, "tabs": tabs({})}
            taken.append(milliseconds(partial(render, **context)))
        return taken
    finally:
        lab.close()


def get(connection: HTTPConnection, url: str) -> bytes:
    """The content of a page, which must be one."""
    connection.request("GET", url, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert response.status == 200
    return response.read()
