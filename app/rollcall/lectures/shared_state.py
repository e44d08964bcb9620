"""What a lecture file holds after it was run, and whether a model may have changed any of it."""

from collections.abc import Iterator, Mapping
from operator import is_
from pathlib import Path
from types import BuiltinFunctionType, CellType, FunctionType, GetSetDescriptorType, ModuleType

import torch

CONSTANT = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    type(...),
    torch.dtype,
    torch.device,
    type,
    FunctionType,
    ModuleType,
    BuiltinFunctionType,
    GetSetDescriptorType,
)
EMPTY = CellType()


class SharedState:
    """Everything that the names, classes and functions of a lecture file lead to.

    Args:
        module: the file.
        modules: itself and the user's files that it has imported by now.
    """

    def __init__(self, module: ModuleType, modules: Mapping[Path, ModuleType]) -> None:
        self.module = module
        self._modules = modules
        self._before = list(self._values())
        self._constant = all(map(_is_constant, self._before))

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that were run."""
        return tuple(self._modules)

    @property
    def is_as_it_was(self) -> bool:
        """Whether no value was replaced by another, and no value can change inside."""
        if not self._constant:
            return False
        now = list(self._values())
        return len(now) == len(self._before) and all(map(is_, now, self._before))

    def _values(self) -> Iterator[object]:
        for module in self._modules.values():
            yield from self._in_module(module)

    def _in_module(self, module: ModuleType) -> Iterator[object]:
        for name, value in vars(module).items():
            if name.startswith("__"):
                continue
            yield value
            own = isinstance(value, type | FunctionType) and self._defines(value)
            if own and isinstance(value, type):
                yield from _in_class(value)
            elif own and isinstance(value, FunctionType):
                yield from _in_function(value)

    def _defines(self, value: type | FunctionType) -> bool:
        return any(value.__module__ == module.__name__ for module in self._modules.values())


def _in_class(owner: type) -> Iterator[object]:
    for name, value in vars(owner).items():
        if name == "__annotations__":
            continue
        yield value
        if isinstance(value, FunctionType):
            yield from _in_function(value)
        elif isinstance(value, type) and _is_nested(value, owner):
            yield from _in_class(value)


def _in_function(function: FunctionType) -> Iterator[object]:
    yield function.__defaults__
    yield from (function.__kwdefaults__ or {}).values()
    yield from function.__closure__ or ()
    yield from vars(function).values()


def _is_nested(value: type, owner: type) -> bool:
    name_inside = f"{owner.__qualname__}.{value.__name__}"
    return value.__module__ == owner.__module__ and value.__qualname__ == name_inside


def _is_constant(value: object) -> bool:
    if isinstance(value, CellType):  # of a method that calls super(): it holds the class
        return value != EMPTY and isinstance(value.cell_contents, type)
    if isinstance(value, tuple | frozenset):
        return all(map(_is_constant, value))
    return isinstance(value, CONSTANT)
