"""What a page costs the server: CPU time of each kind, and the memory that it keeps."""

from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from statistics import mean
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.figure import Figure, new_seed
from processes import cpu_seconds, descendants, megabytes
from rollcall.experiments import EXPERIMENTS
from serving import Served

UNSEEN = 6  # of each kind
KNOWN = 300


class Cost(NamedTuple):
    """CPU milliseconds of a page, with those of its workers."""

    unseen: float
    known: float
    not_modified: float


def costs(server: Served) -> Iterator[Figure]:
    """Each experiment on its demo pair, with a new seed each time; then one page of all again."""
    unseen = {}
    with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=120)) as connection:
        for experiment in EXPERIMENTS.values():
            name = experiment.name

            def ask(query: type = experiment.query) -> None:
                fetch(connection, query(seed=new_seed()).url)

            unseen[name] = cpu_milliseconds(server, ask, UNSEEN)
            yield Figure(f"CPU time of a page never seen: {name}", unseen[name], "ms")
        yield Figure("  mean of all", mean(unseen.values()), "ms")
        page = EXPERIMENTS["registry"].query().url
        tag = fetch(connection, page)
        known = cpu_milliseconds(server, lambda: fetch(connection, page), KNOWN)
        yield Figure("  of a page that the server knows", known, "ms")
        told = {"If-None-Match": tag}
        same = cpu_milliseconds(server, lambda: fetch(connection, page, **told), KNOWN)
        yield Figure("  of an answer that nothing has changed", same, "ms")
    whole = (server.process.pid, *descendants(server.process.pid))
    yield Figure("memory of a server with two workers", megabytes(whole), "MB")


def cpu_milliseconds(server: Served, work: Callable[[], object], times: int) -> float:
    """What one of several costs the server and its workers."""
    before = cpu_seconds(server.process.pid)
    for _ in range(times):
        work()
    return (cpu_seconds(server.process.pid) - before) / times * 1000


def fetch(connection: HTTPConnection, path: str, **headers: str) -> str:
    """Get a page as browsers do; the name of its bytes."""
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
    response = connection.getresponse()
    response.read()
    assert response.status in (200, 304), path
    return str(response.headers["ETag"])
