"""What a page costs the server: CPU time of each kind, and the memory that it keeps."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from statistics import mean
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.figure import Figure, new_seed
from load.visit import asks
from processes import cpu_seconds, descendants, megabytes, own_cpu_seconds
from rollcall.experiments import EXPERIMENTS, Experiment
from serving import Served

UNSEEN = 6  # of each kind
KNOWN = 300


class Cost(NamedTuple):
    """CPU milliseconds of one page."""

    whole: float
    web: float  # of it in the web process, of which a server has one


def costs(server: Served) -> Iterator[Figure]:
    """Each experiment on its demo pair, with a new seed each time; then one page of all."""
    unseen = []
    with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=120)) as connection:
        for experiment in EXPERIMENTS.values():
            new = partial(_fetch_new, connection, experiment)
            unseen.append(_cost(server, new, UNSEEN))
            what = f"CPU time of a page never seen: {experiment.name}"
            yield Figure(what, unseen[-1].whole, "ms")
        yield Figure("  mean of all", mean(each.whole for each in unseen), "ms")
        yield Figure("  of it in the web process", mean(each.web for each in unseen), "ms")
        page = EXPERIMENTS["registry"].query().url
        tag = _fetch(connection, page).etag
        again = partial(_fetch, connection, page)
        yield Figure("  of a page that the server knows", _cost(server, again, KNOWN).whole, "ms")
        again = partial(_fetch, connection, page, If_None_Match=tag)
        yield Figure(
            "  of the answer that it is as it was", _cost(server, again, KNOWN).whole, "ms"
        )
    whole = (server.process.pid, *descendants(server.process.pid))
    yield Figure("memory of a server with two workers", megabytes(whole), "MB")


def _cost(server: Served, work: Callable[[], object], times: int) -> Cost:
    """What one of several costs."""
    process = server.process.pid
    before = cpu_seconds(process), own_cpu_seconds(process)
    for _ in range(times):
        work()
    after = cpu_seconds(process), own_cpu_seconds(process)
    whole, web = ((end - begin) / times * 1000 for end, begin in zip(after, before, strict=True))
    return Cost(whole, web)


def _fetch_new(connection: HTTPConnection, experiment: Experiment) -> None:
    """With what the page itself asks for a little later."""
    page = _fetch(connection, experiment.query.model_validate({"seed": new_seed()}).url)
    for path in asks(page.html):
        _fetch(connection, path)


class Fetched(NamedTuple):
    """What browsers get of a page, and the name of its bytes."""

    html: str
    etag: str


def _fetch(connection: HTTPConnection, path: str, **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", **named})
    response = connection.getresponse()
    body = response.read()
    assert response.status in (200, 304), path
    html = gzip.decompress(body).decode() if body else ""
    return Fetched(html, str(response.headers["ETag"]))
