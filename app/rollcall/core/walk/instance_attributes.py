"""What an object holds, read without a call of its own code, and whose objects are looked into."""

import sys
from collections.abc import Iterable, Iterator
from types import (
    CodeType,
    FrameType,
    FunctionType,
    MemberDescriptorType,
    ModuleType,
    TracebackType,
)
from typing import Any

from torch import Tensor
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from rollcall.core.walk.container_items import is_plain
from rollcall.core.walk.ownership import ENGINES, package_of
from rollcall.core.walk.raw_read import class_dict, dict_by, home_of_class, mro, name_of_class

Slot = tuple[str, MemberDescriptorType]  # its name, and what reads it

# They hold what belongs to others.
_OPAQUE = (Optimizer, LRScheduler, ModuleType, CodeType, FrameType, TracebackType)
_STATE_OF_TORCH = ("torch.nn", "torch.distributions", "torch.utils.data")
# What trains a model leads to its data, its optimizers and its logs, and is put on the model.
_TRAINERS = ("accelerate", "lightning", "lightning_fabric", "pytorch_lightning")
# The standard library's machinery leads to the whole process; the rest of it only holds things.
_MACHINERY = frozenset(
    {
        *("_io", "ast", "asyncio", "ctypes", "importlib", "inspect", "io", "logging"),
        *("multiprocessing", "selectors", "socket", "sqlite3", "ssl", "subprocess", "threading"),
        *("traceback", "tracemalloc", "typing", "unittest", "warnings"),
    }
)


def has_state(kind: type) -> bool:
    """Whether the attributes of an object of this class may be state of a model."""
    if issubclass(kind, _OPAQUE):
        return False
    home = home_of_class(kind)
    package = package_of(home)
    if package in ENGINES:
        return any(home == own or home.startswith(f"{own}.") for own in _STATE_OF_TORCH)
    if package in _TRAINERS:
        return False
    return package not in _MACHINERY or package not in sys.stdlib_module_names


def instance_attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """The pairs in the `__dict__` and the `__slots__` of an object.

    They are read past any property, `__getattr__` or proxy.
    """
    for klass in mro(type(value)):
        names = class_dict(klass)
        yield from _entries(dict_by(names, value))
        yield from filled(_slots_of(klass), value)


def slots(kind: type, beyond: type) -> Iterator[Slot]:
    """The `__slots__` that a class has in addition to those of a class that it inherits from."""
    inherited = set(map(id, mro(beyond)))
    for klass in mro(kind):
        if id(klass) not in inherited and "__slots__" in class_dict(klass):
            yield from _slots_of(klass)


def filled(slots: Iterable[Slot], value: Any) -> Iterator[tuple[str, Any]]:
    """The slots of an object that were set, each with its name."""
    for name, descriptor in slots:
        try:
            yield name, descriptor.__get__(value)
        except AttributeError:  # it was never set
            continue


def _slots_of(klass: type) -> Iterator[Slot]:
    for name, descriptor in class_dict(klass).items():
        if type(descriptor) is MemberDescriptorType and name != "__dict__":
            yield name, descriptor


def _entries(names: Any) -> Iterator[tuple[str, Any]]:
    if issubclass(type(names), dict):  # of a class it is a proxy
        yield from dict.items(names)


def outline(value: Any) -> str:
    """What an object looks like in every process, without its address or its hash."""
    kind = type(value)
    if is_plain(value):
        return ""
    if issubclass(kind, type):
        return f"class {home_of_class(value)}.{name_of_class(value)}"
    if issubclass(kind, FunctionType):
        return f"function {value.__module__}.{value.__qualname__}"
    name = name_of_class(kind)
    if issubclass(kind, Tensor):
        shape = None
        if not is_lazy(value):
            shape = tuple(value.shape)
        return f"{name} {shape} {value.dtype} {value.requires_grad}"
    plain = [(name, item) for name, item in instance_attributes(value) if is_plain(item)]
    return f"{name} {plain}"
