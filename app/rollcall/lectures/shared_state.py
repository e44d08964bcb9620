"""What a lecture file holds after it was run, and whether one model may have left anything in it for the next."""

from collections.abc import Iterator
from operator import is_
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


class Held:
    """Everything that the names, classes and functions of one module lead to."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self._before = list(self._values())
        self._constant = all(map(_is_constant, self._before))

    @property
    def is_as_it_was(self) -> bool:
        """Whether nothing was put in another's place, and nothing was there that can change inside."""
        if not self._constant:
            return False
        now = list(self._values())
        return len(now) == len(self._before) and all(map(is_, now, self._before))

    def _values(self) -> Iterator[object]:
        for name, value in vars(self.module).items():
            if not name.startswith("__"):
                yield value
                if (
                    isinstance(value, type | FunctionType)
                    and value.__module__ == self.module.__name__
                ):
                    yield from _inside(value)


def _inside(owner: type | FunctionType) -> Iterator[object]:
    if isinstance(owner, type):
        for name, value in vars(owner).items():
            if name != "__annotations__":
                yield value
                if isinstance(value, FunctionType) or (
                    isinstance(value, type) and _is_nested(value, owner)
                ):
                    yield from _inside(value)
    else:
        yield from (
            owner.__defaults__,
            *(owner.__kwdefaults__ or {}).values(),
            *(owner.__closure__ or ()),
        )
        yield from vars(owner).values()


def _is_nested(value: type, owner: type) -> bool:
    return (value.__module__, value.__qualname__) == (
        owner.__module__,
        f"{owner.__qualname__}.{value.__name__}",
    )


def _is_constant(value: object) -> bool:
    if isinstance(value, CellType):  # of a method that calls super(): it holds the class
        return value != EMPTY and isinstance(value.cell_contents, type)
    if isinstance(value, tuple | frozenset):
        return all(map(_is_constant, value))
    return isinstance(value, CONSTANT)
