"""Objects that raise whatever is done with them, and kinds that no reader was made for."""

import array
import collections
import contextlib
import ctypes
import decimal
import enum
import functools
import pathlib
import re
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.scan import scan
from rollcall.core.unregistered import find_unregistered


class Touched(BaseException):
    """Somebody asked; no Exception, so that nothing can swallow it."""


def refuse(*_: Any, **__: Any) -> Any:
    raise Touched


def refusing(base: type, *names: str, metaclass: type = type) -> Any:
    """A class that inherits from `base` and refuses some special methods."""
    return metaclass("Refusing", (base,), {f"__{name}__": refuse for name in names})


def class_of_refusing_metaclass() -> Any:
    meta = refusing(type, "getattribute", "hash", "eq", "instancecheck", "subclasscheck")
    return meta.__new__(meta, "OfMeta", (), {"__slots__": ()})


Closed = type(
    "Closed",
    (refusing(object, "getattribute", "getattr", "hash", "eq", "len", "bool", "iter", "repr"),),
    {"__dict__": property(refuse), "__class__": property(refuse), "computed": property(refuse)},
)
Refusing = refusing(nn.Module, "getattr", "len", "bool", "hash", "eq", "repr", "dir")


class Answering(Tensor):
    """A tensor that refuses every function."""

    @classmethod
    def __torch_function__(cls, *_: Any, **__: Any) -> Any:
        raise Touched


class Choice(enum.Enum):
    FIRST = 1


def module_of_refusing() -> nn.Module:
    module: nn.Module = object.__new__(Refusing)
    nn.Module.__init__(module)
    return module


WEIRD: dict[str, Callable[[], Any]] = {
    "a class of a refusing metaclass": class_of_refusing_metaclass,
    "an object of such a class": lambda: object.__new__(class_of_refusing_metaclass()),
    "a metaclass": lambda: refusing(type, "getattribute"),
    "an object that refuses": lambda: object.__new__(Closed),
    "a module that refuses": module_of_refusing,
    "a tensor that refuses": lambda: torch.ones(2).as_subclass(Answering),
    "a dict that refuses": lambda: refusing(dict, "iter", "len", "getitem", "bool")(a=1),
    "a list that refuses": lambda: refusing(list, "iter", "len", "getitem", "bool")([1]),
    "a text that refuses": lambda: refusing(str, "repr", "str", "format")("text"),
    "a namespace that refuses": lambda: refusing(types.ModuleType, "getattribute")("refuses"),
    "a member of an enum": lambda: Choice.FIRST,
    "an exception": lambda: ValueError(torch.ones(1)),
    "a frame": sys._getframe,
    "all modules": lambda: sys.modules,
    "globals": globals,
    "code": lambda: refuse.__code__,
    "a stack": contextlib.ExitStack,
    "a pattern": lambda: re.compile("a"),
    "a number": lambda: decimal.Decimal(1),
    "a path": lambda: pathlib.Path(),
    "bytes": lambda: memoryview(bytearray(b"a")),
    "numbers": lambda: array.array("f", [1]),
    "a number of C": lambda: (ctypes.c_float * 3)(),
    "a generic function": lambda: functools.singledispatch(refuse),
    "a partial method": lambda: functools.partialmethod(refuse, 1),
    "a history": lambda: torch.ones(1, requires_grad=True).mul(2).grad_fn,
    "operators": lambda: torch.ops.aten.add,
    "memory": lambda: torch.ones(1).untyped_storage(),
    "a loader": lambda: torch.utils.data.DataLoader([1]),  # type: ignore[arg-type]
    "a counter": lambda: collections.Counter("aa"),
    "a slice": lambda: slice(object.__new__(Closed), 1),
    "an empty cell": types.CellType,
}
PLACES: dict[str, Callable[[Any], Any]] = {
    "attribute": lambda value: value,
    "list": lambda value: [value],
    "closure": lambda value: lambda: value,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", WEIRD)
def test_nothing_is_asked_and_nothing_raises(name: str, place: str) -> None:
    value = WEIRD[name]()
    model = nn.Linear(1, 1)
    model.__dict__["weird"] = PLACES[place](value)
    paths = [each.path for each in find_unregistered(model)]
    assert len(paths) == issubclass(type(value), nn.Module | Tensor) + (name == "an exception")
    assert len(scan(model).modules) + len(scan(model).tensors) == 3 + len(paths)
    assert scan(model, torch.ones(1, 1)).used is not None
