"""Requests on one page that is known, over many connections.

wrk asks: an event loop of Python is slower than nginx. It has the same cores as what it asks, so
the CPU time of each request is told, too.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from bench.figure import Figure
from processes import cpu_seconds
from serving import Served

CONNECTIONS = 500
SECONDS = 5
ROUNDS = 3
FEW = 100  # fewer tell nothing
PAGE = "/registry"


class Rate(NamedTuple):
    """How many requests were answered, and what one took."""

    a_second: float
    cpu_microseconds: float


def rates(direct: Served, cached: Served) -> Iterator[Figure]:
    """In turn, so that a busy machine slows both."""
    rounds = [(_rate(direct), _rate(cached)) for _ in range(ROUNDS)]
    alone, behind = (_median(each) for each in zip(*rounds, strict=True))
    what = f"requests a second over {CONNECTIONS} connections"
    yield Figure(f"{what}: to the server", alone.a_second, "/s")
    yield Figure("  to nginx", behind.a_second, "/s")
    yield Figure("  ratio", behind.a_second / alone.a_second, "x")
    yield Figure("CPU time of such a request: of the server", alone.cpu_microseconds, "µs")
    yield Figure("  of nginx", behind.cpu_microseconds, "µs")
    yield Figure("  ratio", alone.cpu_microseconds / behind.cpu_microseconds, "x")


def find_wrk() -> str | None:
    """The program, if it is there."""
    return shutil.which("wrk")


def _rate(of: Served) -> Rate:
    """What is answered while all ask without a pause."""
    asked = ["--connections", str(CONNECTIONS), "--threads", "1", "--duration", f"{SECONDS}s"]
    headers = ["--header", "Accept-Encoding: gzip", "--timeout", "30s"]
    command = [find_wrk() or "wrk", *asked, *headers, f"{of.url}{PAGE}"]
    before = cpu_seconds(of.process.pid)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(of.process.pid) - before
    assert "Non-2xx" not in said, said
    requests = re.search(r"(\d+) requests in ([\d.]+)s", said)
    assert requests, said
    answered = int(requests[1])
    if answered < FEW:
        sys.exit(f"only {answered} requests were answered: this machine is too busy to measure")
    return Rate(answered / float(requests[2]), used / answered * 1e6)


def _median(rounds: tuple[Rate, ...]) -> Rate:
    return Rate(*map(median, zip(*rounds, strict=True)))
