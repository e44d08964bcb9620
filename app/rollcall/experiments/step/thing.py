"""What a value is told as: read past whatever its class defines, so none of its code is run."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

import torch
from torch import Tensor, nn

from rollcall.core.module_facts import extra_repr
from rollcall.core.pytorch_names import of_pytorch
from rollcall.core.report import Report
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.walk.container_items import is_plain
from rollcall.core.walk.raw_read import module_dict, mro, name_of_class

Kind = Literal["module", "parameter", "tensor", "container", "plain", "other"]

NAMED_ITEMS = 3  # of a container
LOOKED_AT = 1_000  # items of a container that are counted
MOST_LETTERS = 60
MOST_BITS = 200  # of an integer that is written out
_CONTAINERS: tuple[Any, ...] = (list, tuple, dict, set, frozenset, deque)


class Thing(Report):
    """A value as a slide says it."""

    kind: Kind
    name: str  # its class
    detail: str = ""  # of a layer what print() has in brackets; of a number or a text itself
    shape: Shape | None = None
    length: int | None = None  # of a container
    items: tuple[str, ...] = ()  # classes of the first things in it
    state: int = 0  # modules and tensors in it, and in the containers that it holds


def thing(value: Any) -> Thing:
    """Look at a value, and run nothing of it."""
    kind = type(value)
    name = name_of_class(kind)
    if issubclass(kind, Tensor):
        return _tensor(value, name)
    if issubclass(kind, nn.Module):
        return _module(value, name)
    for builtin in _CONTAINERS:
        if issubclass(kind, builtin):
            return _container(value, name, builtin)
    if is_plain(value):
        return Thing(kind="plain", name=name, detail=_written(value))
    return Thing(kind="other", name=name, detail=_called(value))


def _tensor(value: Tensor, name: str) -> Thing:
    kind: Kind = "tensor"
    if issubclass(type(value), nn.Parameter):
        kind = "parameter"
    with torch._C.DisableTorchFunctionSubclass():
        return Thing(kind=kind, name=name, shape=shape_of(value))


def _module(value: nn.Module, name: str) -> Thing:
    registry = module_dict(value).get("_modules")
    length = None
    if type(registry) is dict and type(value).__module__ == "torch.nn.modules.container":
        length = len(registry)
    return Thing(kind="module", name=name, detail=_in_brackets(value), length=length)


def _in_brackets(module: nn.Module) -> str:
    """Only where the class is PyTorch's, and nothing but numbers and texts are on the layer."""
    if not of_pytorch(module):
        return ""
    own = [value for name, value in module_dict(module).items() if not name.startswith("_")]
    if not all(map(_is_simple, own)):
        return ""
    return extra_repr(module)[:MOST_LETTERS]


def _is_simple(value: Any) -> bool:
    return is_plain(value) or (type(value) is tuple and all(map(is_plain, value)))


def _container(value: Any, name: str, builtin: Any) -> Thing:
    items = list(islice(_items(value, builtin), LOOKED_AT))
    return Thing(
        kind="container",
        name=name,
        length=builtin.__len__(value),
        items=tuple(name_of_class(type(item)) for item in items[:NAMED_ITEMS]),
        state=_state_in(items),
    )


def _state_in(items: list[Any]) -> int:
    """Of the first thousand things, level by level: a container may hold itself."""
    found, looked_at = 0, 0
    waiting = deque(items)
    while waiting and looked_at < LOOKED_AT:
        item = waiting.popleft()
        looked_at += 1
        kind = type(item)
        if issubclass(kind, Tensor | nn.Module):
            found += 1
            continue
        for builtin in _CONTAINERS:
            if issubclass(kind, builtin):
                room = max(0, LOOKED_AT - looked_at - len(waiting))
                waiting.extend(islice(_items(item, builtin), room))
                break
    return found


def _items(value: Any, builtin: Any) -> Iterator[Any]:
    if builtin is dict:
        return iter(dict.values(value))
    found: Iterator[Any] = builtin.__iter__(value)
    return found


def _written(value: Any) -> str:
    """A number, a text or nothing, as Python writes it."""
    if type(value) is int and value.bit_length() > MOST_BITS:
        return f"a number of {value.bit_length():,} bits"
    if type(value) in (str, bytes) and len(value) > MOST_LETTERS:
        return f"{value[:MOST_LETTERS]!r}…".encode(errors="replace").decode()
    return repr(value).encode(errors="replace").decode()


def _called(value: Any) -> str:
    """The name of a function or a class; nothing of what only its class knows."""
    kind = type(value)
    if issubclass(kind, type):
        return name_of_class(value)
    if kind.__module__ == "builtins" and "__name__" in _names(kind):
        name = getattr(value, "__name__", "")
        if type(name) is str:
            return name[:MOST_LETTERS]
    return ""


def _names(kind: type) -> set[str]:
    names: set[str] = set()
    for each in mro(kind):
        names.update(type.__dict__["__dict__"].__get__(each))
    return names
