"""Which models a file offers: its modules, and its functions that say they make one."""

import difflib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from torch import nn

EXAMPLE_MODEL = "example_model"  # of a class or of a file: it makes a model that needs arguments


@dataclass(frozen=True)
class Offered:
    """One of them: a class, or what is called in its place."""

    name: str  # of the class or the function
    call: Callable[..., Any]
    maker: str = ""  # the function's path in the file; "": the class itself


def offered_by(module: ModuleType) -> dict[str, Offered]:
    """What the file itself defines, by name and in its order."""
    offered: dict[str, Offered] = {}
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if isinstance(value, type) and issubclass(value, nn.Module):
            offered[name] = Offered(name, value)
        elif isinstance(value, FunctionType) and makes_a_module(value):
            offered[name] = Offered(name, value, maker=name)
    return offered


def factory_of(module: ModuleType, name: str) -> Offered:
    """What the command line names alone; it need say nothing of what it makes.

    Raises:
        LookupError: there is no such name.
        TypeError: it cannot be called, or is a class of something else.
    """
    known = [each for each, value in vars(module).items() if callable(value)]
    try:
        value = getattr(module, name)
    except AttributeError:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise LookupError(f"there is no {name!r} in it{hint}") from None
    if not callable(value):
        raise TypeError(f"{name!r} is no function: it is a {type(value).__name__}")
    if not isinstance(value, type):
        return Offered(name, value, maker=name)
    if not issubclass(value, nn.Module):
        raise TypeError(f"{name!r} is a class, and no nn.Module")
    return Offered(name, value)


def makes_a_module(function: FunctionType) -> bool:
    """Whether it is annotated so: `-> nn.Module` or a subclass, also as text."""
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        return False
    said = function.__annotations__.get("return")
    if isinstance(said, str):
        said = _named(said.strip("\"' "), function.__globals__)
    return isinstance(said, type) and issubclass(said, nn.Module)


def open_arguments(call: Callable[..., Any], given: int = 0) -> list[inspect.Parameter]:
    """Those that are named, after the ones that the course gives."""
    parameters = inspect.signature(call).parameters.values()
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each for each in parameters if each.kind not in variable][given:]


def needed(arguments: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Those that nothing gives a value."""
    return [each for each in arguments if each.default is each.empty]


def example_maker(module: ModuleType, kind: type[nn.Module]) -> str:
    """The path of what makes an example of a class: of the class itself, else of its file.

    "" where there is none. A function of the file says by its annotation which class it makes, or
    else by what it returns.

    Raises:
        Exception: whatever it raises.
    """
    if callable(getattr(kind, EXAMPLE_MODEL, None)):
        return f"{kind.__name__}.{EXAMPLE_MODEL}"
    maker = vars(module).get(EXAMPLE_MODEL)
    if not callable(maker):
        return ""
    said = getattr(maker, "__annotations__", {}).get("return")
    if isinstance(said, str):
        said = _named(said.strip("\"' "), vars(module))
    if not isinstance(said, type) or said is nn.Module:
        said = type(maker())
    return EXAMPLE_MODEL if said is kind else ""


def _named(text: str, names: dict[str, Any]) -> object:
    """What `nn.Module` means in a file; nothing is run for it."""
    if not re.fullmatch(r"\w+(\.\w+)*", text):
        return None
    first, *rest = text.split(".")
    found = names.get(first)
    for name in rest:
        found = getattr(found, name, None)
    return found
