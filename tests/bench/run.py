"""How fast the pages are: `make bench` prints what was measured beside its goal, and fails on no figure.

Compared things are measured in turn, in one process, and told as a ratio, so that a slow machine slows both.
"""

import asyncio
import os
import platform
import sys
import sysconfig
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median
from unittest.mock import patch
from urllib.parse import urlsplit

import torch
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from starlette.types import Message
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from browser_binary import ADVICE, find_browser
from rollcall import main, scan
from rollcall.experiments.registry import REGISTRY, RegistryQuery
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lab import Lab
from rollcall.lab.worker import prepare
from rollcall.web.respond import tabs
from rollcall.web.static import StaticFiles
from rollcall.web.templates import Templates
from serving import serving

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
REPEATS = 15
REQUESTS = 60
CLICKS = 24

# From the click until two frames later something is on the screen.
CLICK = """(selector) => new Promise((resolve) => {
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
  document.addEventListener("htmx:after:swap", painted, { once: true });
  const start = performance.now();
  document.querySelector(selector).click();
})"""

new_seed = count(1).__next__  # an experiment that no cache has seen


@dataclass(frozen=True)
class Figure:
    """One line of the output."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    def __str__(self) -> str:
        goal, verdict = "", ""
        if self.at_most is not None:
            goal, verdict = f"<= {self.at_most:g}", "ok" if self.value <= self.at_most else "over"
        if self.at_least is not None:
            goal, verdict = f">= {self.at_least:g}", "ok" if self.value >= self.at_least else "under"
        return f"{self.what:<62} {self.value:8.2f} {self.unit:<4} {goal:<7} {verdict}".rstrip()


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


# Scan


def scanning() -> Iterator[Figure]:
    """`scan` against the three walks of PyTorch that name modules, parameters and buffers."""
    for name, grow in (("mixed", mixed_tree), ("Linear", linear_tree)):
        tree = grow()  # one at a time: the garbage collector looks through all that is alive
        size = sum(1 for _ in tree.modules())
        scans, walks = [], []
        for _ in range(REPEATS):
            scans.append(milliseconds(lambda: scan(tree)))  # noqa: B023
            walks.append(milliseconds(lambda: name_all(tree)))  # noqa: B023
        yield Figure(f"scan of {size:,} modules, {name}", median(scans), "ms")
        yield Figure("  named_modules, _parameters and _buffers", median(walks), "ms")
        yield Figure("  ratio", median(scans) / median(walks), "x", at_most=3)


def mixed_tree() -> nn.Module:
    return nest([nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.ReLU(), nn.Dropout()) for _ in range(2000)])


def linear_tree() -> nn.Module:
    return nest([nn.Linear(2, 2) for _ in range(9000)])


def nest(modules: Sequence[nn.Module]) -> nn.Module:
    """A tree with `modules` at its ends, ten to a branch."""
    while len(modules) > 1:
        modules = [nn.Sequential(*modules[start : start + 10]) for start in range(0, len(modules), 10)]
    return modules[0]


def name_all(tree: nn.Module) -> int:
    return sum(1 for walk in (tree.named_modules, tree.named_parameters, tree.named_buffers) for _ in walk())


# An experiment that nobody has asked for yet


def uncached(url: str) -> Iterator[Figure]:
    """A demo pair with a new seed each time: what the lab takes, what the template takes, what a client waits."""
    lab, rendering = asyncio.run(parts_of_a_request())
    yield Figure("/registry, uncached: lab", median(lab), "ms")
    yield Figure("  template", median(rendering), "ms")
    with closing(HTTPConnection(urlsplit(url).netloc)) as connection:
        whole = [milliseconds(lambda: get(connection, RegistryQuery(seed=new_seed()).url)) for _ in range(REQUESTS)]
    yield Figure("  whole request over a socket", median(whole), "ms", at_most=25)


async def parts_of_a_request() -> tuple[list[float], list[float]]:
    lab = Lab(MODELS)
    try:
        await lab.warm_up()
        surroundings = await lab.surroundings()
        templates = Templates(TEMPLATES, StaticFiles(STATIC))
        running, rendering = [], []
        for _ in range(REQUESTS):
            query = RegistryQuery(seed=new_seed())
            start = time.perf_counter()
            report = await lab.run(REGISTRY, query)
            running.append((time.perf_counter() - start) * 1000)
            context = {"query": query, "report": report, "surroundings": surroundings, "tabs": tabs({})}
            render = lambda: templates.render("registry", partial=False, experiment=REGISTRY, **context)  # noqa: B023, E731
            rendering.append(milliseconds(render))
        return running, rendering
    finally:
        lab.close()


def get(connection: HTTPConnection, url: str) -> bytes:
    connection.request("GET", url, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert response.status == 200
    return response.read()


# The byte cache


def cached() -> Iterator[Figure]:
    """The same page again and again through the whole application, from the byte cache and rendered anew."""
    kept, rendered = asyncio.run(costs_of_one_page())
    yield Figure("the same page from the byte cache", kept, "ms")
    yield Figure("  rendered anew", rendered, "ms")
    yield Figure("  ratio", rendered / kept, "x", at_least=5)


async def costs_of_one_page() -> tuple[float, float]:
    keeping = main.create_app()
    with patch.object(main, "PAGE_CACHE_BYTES", 0):
        rendering = main.create_app()
    async with keeping.router.lifespan_context(keeping), rendering.router.lifespan_context(rendering):
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

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200

    await app(scope, receive, send)


# In a browser


def browsing(url: str) -> Iterator[Figure]:
    """A click on train or eval until the page is repainted, and what the first load takes over the wire."""
    path = find_browser()
    if path is None:
        raise SystemExit(ADVICE)
    root = ["--no-sandbox"] if sys.platform == "linux" else []  # Chromium refuses its sandbox to root
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=root) as browser:
        yield Figure("train/eval clicked to repainted, uncached", median(clicks(browser, url, True)), "ms", at_most=60)
        yield Figure("  from the byte cache", median(clicks(browser, url, False)), "ms", at_most=60)
        yield Figure("first load of /registry, gzipped with headers", loaded_kilobytes(browser, url), "kB", at_most=150)


def clicks(browser: Browser, url: str, uncached: bool) -> list[float]:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    taken = []
    for index in range(CLICKS):
        if uncached or index == 0:
            page.goto(f"{url}{RegistryQuery(seed=new_seed()).url}")
            page.evaluate(CLICK, "#mode-train")  # htmx has started, and the page stands still
        taken.append(page.evaluate(CLICK, "#mode-train" if index % 2 and not uncached else "#mode-eval"))
    page.close()
    return taken


def loaded_kilobytes(browser: Browser, url: str) -> float:
    page = browser.new_page()
    network = page.context.new_cdp_session(page)
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.send("Network.enable")
    page.goto(f"{url}/registry", wait_until="networkidle")
    page.close()
    return sum(sizes) / 1000


def run() -> None:
    """Print every section as it is measured."""
    prepare()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}")
    print("Medians, in a process that is set up as the lab sets up its workers.\n")
    with tempfile.TemporaryDirectory() as folder, serving(ROLLCALL, Path(folder)) as url:
        for section in (scanning(), uncached(url), cached(), browsing(url)):
            for figure in section:
                print(figure, flush=True)
            print()


if __name__ == "__main__":  # Python before 3.14 imports this file anew in every worker
    run()
