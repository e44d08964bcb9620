"""Large pages are made in a thread: nobody who asks for one stops the server for all."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import is_dataclass
from typing import TypeVar

from rollcall.core.report import Report

LARGE = 300  # records of a report, of which a page takes some 0.1 ms each

T = TypeVar("T")


class LargePages:
    """One thread. Two would only take turns, since Python runs one at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "large-page")

    async def make(self, report: Report, work: Callable[[], T]) -> T:
        """Do the work on a report: here and now, or in the thread where it may take long."""
        if n_records(report) < LARGE:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def n_records(report: Report) -> int:
    """How many modules, tensors, calls and the like a report holds. Plain numbers do not count."""
    records = 0
    waiting = [report]
    while waiting:
        for _, value in waiting.pop():
            if isinstance(value, Report):
                waiting.append(value)
            elif isinstance(value, tuple) and value:
                kind = type(value[0])
                if is_dataclass(kind) or issubclass(kind, Report):
                    records += len(value)
    return records
