"""How fast the pages are: `make bench` prints each figure beside its goal, and fails on none.

Compared things run in turn, in one process, and become a ratio: a slow machine slows both.
"""

import os
import platform
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from bench.any_size import any_size
from bench.browsing import browsing
from bench.caching import cached
from bench.checking import checked
from bench.dropout import dropping
from bench.figure import Figure
from bench.in_python import importing, showing, watching
from bench.loops import looped
from bench.pages import every_page, template_of_the_registry
from bench.saving import saved
from bench.scanning import finding, scanning, scanning_with_a_forward, summing_up
from bench.stepping import stepped
from bench.streaming import streamed
from bench.training import trained
from rollcall.lab.worker import prepare
from serving import serving

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"


def run() -> None:
    """Print every section as it is measured."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}")
    print("Medians. First what is asked from Python, in a process as a script has it.\n")
    show(
        # The smaller models first: what a large one leaves in memory slows those that follow.
        scanning_with_a_forward(),
        finding(),
        scanning(),
        summing_up(),
        watching(),
        importing(),
        showing(),
    )
    prepare()
    print("Then the pages, in a process that is set up as the lab sets up its workers.\n")
    with tempfile.TemporaryDirectory() as folder, serving(ROLLCALL, Path(folder)) as url:
        show(
            every_page(url),
            template_of_the_registry(),
            any_size(),
            dropping(),
            looped(),
            cached(),
            checked(),
            browsing(url),
            trained(url),
            stepped(),
            streamed(),
            saved(ROLLCALL),
        )


def show(*sections: Iterator[Figure]) -> None:
    """Measure and print one section after the other."""
    for section in sections:
        for figure in section:
            print(figure, flush=True)
        print()


if __name__ == "__main__":  # Python before 3.14 imports this file anew in every worker
    run()
