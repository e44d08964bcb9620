"""The functions that the command line names, each called once before anybody asks for a page."""

import asyncio

from rollcall.core.report import Raised
from rollcall.lab import worker
from rollcall.lab.calls import Calls
from rollcall.lab.errors import LabError, understood
from rollcall.lectures.contents import Contents, Problem
from rollcall.lectures.targets import Targets


async def failing_factories(
    contents: Contents, targets: Targets, calls: Calls, seconds: float
) -> list[Problem]:
    """Why some of them make no model."""
    named = [name for name in contents.cards if ":" in name]
    asked = [calls.call(worker.try_factory, name, targets, seconds=seconds) for name in named]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    problems = []
    for name, answer in zip(named, answers, strict=True):
        if isinstance(answer, LabError):
            raised = Raised(type=type(answer).__name__, message=str(answer))
            problems.append(Problem(file=name, raised=raised))
        elif isinstance(answer, BaseException):
            raise answer
        elif problem := understood(worker.PROBLEM, answer):
            problems.append(problem)
    return problems
