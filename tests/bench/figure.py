"""One line of what `make bench` prints, and the clock that it is measured with."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

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
            goal, verdict = (
                f">= {self.at_least:g}",
                "ok" if self.value >= self.at_least else "under",
            )
        return f"{self.what:<62} {self.value:8.2f} {self.unit:<4} {goal:<7} {verdict}".rstrip()


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
