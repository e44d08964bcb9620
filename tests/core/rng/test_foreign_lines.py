"""The lines that draw by Python's `random` and by numpy."""

import random
import sys
from typing import Any

import numpy as np

from rollcall.core.rng.foreign_lines import ForeignLines


def drawn(function: Any) -> list[tuple[str, int]]:
    """What draws in a function of this file; lines are counted from its `def`."""
    with ForeignLines(__file__) as lines:
        function()
    start = function.__code__.co_firstlineno
    return [(name, line - start) for name, line in lines.found]


def both() -> float:
    first = random.random()
    second = float(np.random.rand())
    return first + second


def again() -> list[float]:
    return [random.gauss(0, 1) for _ in range(3)]


def after_another() -> float:
    return still() + random.random()


def still() -> float:
    return 2.0


def test_each_line_is_told_once_with_the_generator_that_moved() -> None:
    assert drawn(both) == [("random", 1), ("numpy.random", 2)]
    assert drawn(again) == [("random", 1)]


def test_a_line_goes_on_after_a_function_that_it_calls() -> None:
    assert drawn(after_another) == [("random", 1)]


def test_what_draws_nothing_and_what_another_file_draws_by_itself_is_not_told() -> None:
    assert drawn(still) == []
    with ForeignLines("another.py") as lines:
        both()
    assert lines.found == []


def test_the_tracer_that_was_there_goes_on() -> None:
    before = sys.gettrace()
    drawn(both)
    assert sys.gettrace() is before
