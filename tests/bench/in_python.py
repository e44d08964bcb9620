"""What a script and a notebook pay: a watched module call, the import, the bytes of a table."""

import subprocess
import sys
import time
from collections.abc import Iterator
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any

from torch import nn

import rollcall
from bench.figure import Figure
from bench.scanning import mixed_tree
from rollcall.in_python import shown
from rollcall.in_python.asked import ask

REPEATS = 15
MODULES = 1000


class Passing(nn.Module):
    """The cheapest forward."""

    def forward(self, x: Any) -> Any:
        return x


def watching() -> Iterator[Figure]:
    """A call of a module that was looked at, against one that nobody watches."""
    modules = [Passing() for _ in range(MODULES)]
    bare, watched = [], []
    for _ in range(REPEATS):
        rollcall.warn(False)
        bare.append(_microseconds(modules))
        rollcall.warn()
        _microseconds(modules)  # each is looked at
        watched.append(_microseconds(modules))
    rollcall.warn(False)
    yield Figure("a call of a module that does nothing", median(bare), "µs")
    more = median(watched) - median(bare)
    yield Figure("  what rollcall.warn() adds to it", more, "µs", at_most=2)


def _microseconds(modules: list[Passing]) -> float:
    start = time.process_time()
    for module in modules:
        module(None)
    return (time.process_time() - start) / MODULES * 1e6


def importing() -> Iterator[Figure]:
    """Processes of their own, in CPU seconds: whoever else works here does not count."""
    lines = ("import torch", "import torch, rollcall", "import torch, rollcall; rollcall.warn()")
    taken: list[list[float]] = [[] for _ in lines]
    for _ in range(5):
        for line, times in zip(lines, taken, strict=True):
            times.append(_cpu_seconds(line))
    torch, ours, watched = map(median, taken)
    yield Figure("import torch", torch, "s")
    yield Figure("  ratio of import torch, rollcall", ours / torch, "x", at_most=1.15)
    yield Figure("  ratio of that and rollcall.warn()", watched / torch, "x", at_most=1.15)


def _cpu_seconds(line: str) -> float:
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", line], check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def showing() -> Iterator[Figure]:
    """The table of a large model in a notebook."""
    tree = mixed_tree()
    report = rollcall.scan(tree).model_copy(update={"asked": None})
    asked = shown.Scan.model_construct(**{**dict(report), "asked": ask(tree, report)})
    size = len(report.modules)
    told = f"table of {size:,} modules in a notebook"
    yield Figure(told, len(asked._repr_html_().encode()) / 1000, "kB", at_most=100)
