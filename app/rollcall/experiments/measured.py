"""What a report says to a question."""

from collections.abc import Callable, Mapping
from typing import Any

from rollcall.lectures.contents import Question
from rollcall.lectures.declared_course import Value
from rollcall.lectures.lesson_steps import as_answer


def measured(
    question: Question, report: Any, measures: Mapping[str, Callable[[Any], Value]]
) -> str:
    """The value of what is asked; "" where a model brought nothing to measure."""
    of, _, name = question.measured.rpartition(".")
    measure = measures[name]
    sides = [side for side in ("left", "right") if of in (side, "which", "same")]
    if any(getattr(getattr(report, side), "raised", None) for side in sides):
        return ""
    values = {side: measure(getattr(report, side)) for side in sides}
    if of == "same":
        return as_answer(len(set(values.values())) == 1)
    if of == "which":
        return _which([side for side, value in values.items() if value])
    return as_answer(values[of])


def _which(sides: list[str]) -> str:
    match sides:
        case []:
            return "neither"
        case [side]:
            return side
    return "both"
