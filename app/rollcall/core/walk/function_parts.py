"""What a function leads to: its closure, its defaults, its attributes, the globals it names."""

import dis
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType

from rollcall.core.walk.ownership import (
    ENGINES,
    home_of_function,
    is_own_home,
    is_own_module,
    names_of,
    package_of,
)
from rollcall.core.walk.step import Step

_GLOBAL = "global of the file"
WRAPPED = "__wrapped__"  # what a decorator was given: the user wrote one name for both


def function_parts(function: FunctionType, path: str) -> Iterator[Step]:
    """One level down from a function.

    Of what a package has defined, a decorator say, only the closure and the attributes may lead to
    a model's state; of PyTorch's own, only the attributes, what it wraps among them.
    """
    for name, item in dict.items(function.__dict__):
        inner = f"{path}.{name}"
        if name == WRAPPED:
            inner = path
        yield Step(item, inner)
    home = home_of_function(function)
    if package_of(home) in ENGINES:
        return
    yield from _closure(function, path)
    if is_own_home(home):
        yield from _defaults(function, path)
        yield from _globals(function, path)


def _closure(function: FunctionType, path: str) -> Iterator[Step]:
    found_by = f"closure of {function.__name__}"
    if function.__name__ == "<lambda>":
        found_by = "closure of a lambda"
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield Step(cell.cell_contents, f"{path} (closure: {name})", found_by)
        except ValueError:  # an empty cell
            continue


def _defaults(function: FunctionType, path: str) -> Iterator[Step]:
    code = function.__code__
    defaults = function.__defaults__ or ()
    positional = code.co_varnames[: code.co_argcount]
    named = {
        **dict(zip(reversed(positional), reversed(defaults), strict=False)),
        **(function.__kwdefaults__ or {}),
    }
    for name, item in named.items():
        yield Step(item, f"{path} (default: {name})", "default argument")


def _globals(function: FunctionType, path: str) -> Iterator[Step]:
    code, names = function.__code__, function.__globals__
    for name in global_names(code):
        if name not in names:
            continue
        value = dict.__getitem__(names, name)
        if issubclass(type(value), ModuleType):
            yield from _of_module(value, name, code, path)
        else:
            yield Step(value, f"{path} (global: {name})", _GLOBAL, remote=True)


def _of_module(module: ModuleType, alias: str, code: CodeType, path: str) -> Iterator[Step]:
    """What code names of another file of the user's, as in `layers.TABLE`."""
    if not is_own_module(module):
        return
    names = names_of(module)
    for name in all_names(code):
        if name in names:
            yield Step(names[name], f"{path} (global: {alias}.{name})", _GLOBAL, remote=True)


@lru_cache(maxsize=4096)
def global_names(code: CodeType) -> tuple[str, ...]:
    """The globals that code reads, that of functions inside it included, each once."""
    read = [each.argval for each in dis.get_instructions(code) if "_GLOBAL" in each.opname]
    for inner in _inside(code):
        read.extend(global_names(inner))
    return tuple(dict.fromkeys(read))


def all_names(code: CodeType) -> tuple[str, ...]:
    """The globals and attributes that code names, that of functions inside it included."""
    names = list(code.co_names)
    for inner in _inside(code):
        names.extend(all_names(inner))
    return tuple(dict.fromkeys(names))


def _inside(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if type(constant) is CodeType]
