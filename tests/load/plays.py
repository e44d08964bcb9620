"""What viewers of a play cost, which no cache can answer for."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench.figure import Figure
from load.visit import answer
from processes import cpu_seconds
from rollcall.experiments.training.experiment import TrainingQuery
from serving import Served

VIEWERS = 100
QUERY = TrainingQuery(steps=50, at=0)
VIEWER = Path(__file__).parents[1] / "bench/viewers.py"


def plays(server: Served, nginx: Served) -> Iterator[Figure]:
    """All watch one training through nginx; it was recorded before."""
    whole = len(answer(nginx.url, QUERY.stream_url))
    both = (server, nginx)
    before = [cpu_seconds(each.process.pid) for each in both]
    _watch(nginx)
    used = [
        cpu_seconds(each.process.pid) - earlier for each, earlier in zip(both, before, strict=True)
    ]
    events = VIEWERS * len(QUERY.frames)
    yield Figure("CPU time of an event of a play for one viewer", used[0] / events * 1e6, "µs")
    yield Figure("  of nginx", used[1] / events * 1e6, "µs")
    yield Figure("  bytes on the wire", whole / len(QUERY.frames) / 1000, "kB")


def _watch(nginx: Served) -> None:
    """Until the play is over for all of them."""
    port = str(urlsplit(nginx.url).port)
    command = [sys.executable, str(VIEWER), port, QUERY.stream_url, str(VIEWERS)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
