"""What to write so that a model that needs arguments can be built: ready to be copied."""

import inspect
from collections.abc import Sequence

from rollcall.lectures.course_text import toml_key, toml_value
from rollcall.lectures.subjects import EXAMPLE_MODEL, Offered

# For instance: a small size that goes with most others.
EXAMPLES: dict[str, bool | int | float | str] = {"float": 0.5, "bool": True, "str": "relu"}
A_SIZE = 16


def remedies(file: str, offered: Offered, needs: Sequence[inspect.Parameter]) -> tuple[str, ...]:
    """Three lines of `course.toml`, where those can say it; and a function of the file.

    Args:
        file: as the `course.toml` beside it calls it.
        offered: what needs the arguments.
        needs: the arguments that nothing gives a value.
    """
    if not needs:
        return ()
    name = offered.name
    function = f"def {EXAMPLE_MODEL}():\n    return {name}({', '.join(map(_as_python, needs))})"
    by_position = all(each.kind is not each.KEYWORD_ONLY for each in needs)
    if not by_position or not all(map(_is_plain, needs)):
        return (function,)
    given = ", ".join(toml_value(_example(each)) for each in needs)
    lines = f"[[chapter]]\nfile = {toml_value(file)}\nmodels.{toml_key(name)}.args = [{given}]"
    return lines, function


def _example(argument: inspect.Parameter) -> bool | int | float | str:
    return EXAMPLES.get(_annotation(argument), A_SIZE)


def _is_plain(argument: inspect.Parameter) -> bool:
    """Whether a course can say a value of it."""
    return _annotation(argument) in ("", "int", *EXAMPLES)


def _as_python(argument: inspect.Parameter) -> str:
    value = "..."
    if _is_plain(argument):
        value = repr(_example(argument))
    if argument.kind is argument.POSITIONAL_ONLY:
        return value
    return f"{argument.name}={value}"


def _annotation(argument: inspect.Parameter) -> str:
    if argument.annotation is argument.empty:
        return ""
    if isinstance(argument.annotation, type):
        return argument.annotation.__name__
    return str(argument.annotation)
