"""Every worker is started and runs every experiment once, before anybody asks for a page."""

import asyncio
from time import monotonic
from typing import Any

from rollcall.core.report import Raised
from rollcall.experiments import EXPERIMENTS
from rollcall.lab import worker
from rollcall.lab.calls import Calls
from rollcall.lab.errors import NoNode, TimeLimit
from rollcall.lectures.contents import Problem
from rollcall.lectures.targets import Targets

LONGEST = 120.0  # seconds that anything of it may take, on however slow a host
SLOW = 6  # times as long as to start and to load the files, an experiment may take


async def warm_up(calls: Calls, targets: Targets, seconds: float) -> list[Problem]:
    """What went wrong, by the name of the experiment; each that did is told once.

    After one that reaches its time limit, the rest stays cold.

    Args:
        calls: of which none is made.
        targets: whose lecture files are loaded, and of which the first lesson is run.
        seconds: time limit of an experiment. A host on which the files take long to load has more.
    """
    started = monotonic()
    await _in_each(calls, worker.list_choices, targets, seconds=LONGEST)
    patience = min(LONGEST, max(seconds, SLOW * (monotonic() - started)))
    problems = []
    for name, experiment in EXPERIMENTS.items():
        errors = await _in_each(calls, worker.warm_up, name, targets, seconds=patience)
        for error in errors[:1]:
            problems.append(_problem(experiment.title, error))
        if any(isinstance(error, TimeLimit | NoNode) for error in errors):
            break  # models that hang would do so in every experiment, and nobody could begin
    await _in_each(calls, worker.is_warm, seconds=LONGEST)
    return problems


async def _in_each(calls: Calls, work: Any, *args: Any, seconds: float) -> list[Exception]:
    """Have each worker do the same, and say what went wrong."""
    asked = [calls.call(work, *args, seconds=seconds) for _ in range(calls.number)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return [answer for answer in answers if isinstance(answer, Exception)]


def _problem(title: str, error: Exception) -> Problem:
    kind = type(error).__name__
    message = str(error)
    if isinstance(error, RuntimeError):  # what raised in a worker, with its type
        kind, _, message = message.partition(": ")
    return Problem(file=f"warm-up of {title}", raised=Raised(type=kind, message=message))
