"""What a container holds, one level down, and what holds nothing that a walk looks for."""

from collections import deque
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

PLAIN_TYPES = (str, int, float, bool, bytes, type(None))
BUILTIN_CONTAINERS = (list, tuple, dict, set, frozenset, deque)
# Classes are told apart by id: a metaclass may have a __hash__ or an __eq__ of its own.
_DEAD_ENDS = (*PLAIN_TYPES, complex, range, slice, ModuleType)
DEAD_END_IDS = frozenset(map(id, _DEAD_ENDS))
_PLAIN_IDS = frozenset(map(id, PLAIN_TYPES))
_BUILTIN_IDS = frozenset(map(id, BUILTIN_CONTAINERS))


def is_plain(value: Any) -> bool:
    """Whether it is a number, a text or nothing."""
    return id(type(value)) in _PLAIN_IDS


def is_dead_end(value: Any) -> bool:
    """Whether neither it nor, in a tuple, any item leads to a tensor or a module."""
    kind = type(value)
    if id(kind) in DEAD_END_IDS:
        return True
    return kind is tuple and DEAD_END_IDS.issuperset(map(id, map(type, value)))


def is_builtin_container(kind: type) -> bool:
    """Whether it is a container, and no subclass of one with attributes of its own."""
    return id(kind) in _BUILTIN_IDS


def container_items(
    value: Any, path: str, order: Callable[[Any], str]
) -> Iterator[tuple[Any, str]]:
    """What a container holds, and its paths; past the methods of a subclass.

    `order` is the key by which a set is sorted.
    """
    kind = type(value)
    if issubclass(kind, list | tuple | deque):
        yield from _sequence(value, path)
    if issubclass(kind, set | frozenset):
        yield from _set(value, path, order)
    if issubclass(kind, dict):
        yield from _entries(value, path)
    if issubclass(kind, np.ndarray):
        yield from _cells(value, path)


def _sequence(value: Any, path: str) -> Iterator[tuple[Any, str]]:
    builtin: Any  # so that `builtin.__iter__` is not the subclass's
    for builtin in (list, tuple, deque):
        if issubclass(type(value), builtin):
            for index, item in enumerate(builtin.__iter__(value)):
                if not is_dead_end(item):  # a list may hold a million numbers
                    yield item, f"{path}[{index}]"


def _set(value: Any, path: str, order: Callable[[Any], str]) -> Iterator[tuple[Any, str]]:
    builtin: Any
    for builtin in (set, frozenset):
        if issubclass(type(value), builtin):
            for index, item in enumerate(sorted(builtin.__iter__(value), key=order)):
                yield item, f"{path}{{{index}}}"


def _entries(value: dict[Any, Any], path: str) -> Iterator[tuple[Any, str]]:
    for index, (key, item) in enumerate(dict.items(value)):
        yield key, f"{path}.keys()[{index}]"
        if is_plain(key):
            yield item, f"{path}[{key!r}]"
        else:
            yield item, f"{path}.values()[{index}]"


def _cells(array: "np.ndarray[Any, Any]", path: str) -> Iterator[tuple[Any, str]]:
    """What an array of objects holds: the garbage collector does not look into one."""
    plain = np.ndarray.view(array, np.ndarray)
    if not plain.dtype.hasobject:
        return
    fields = {path: plain}
    if plain.dtype.names is not None:
        fields = {f"{path}[{name!r}]": plain[name] for name in plain.dtype.names}
    for start, cells in fields.items():
        if cells.dtype == object:
            for index in np.ndindex(cells.shape):
                yield cells[index], f"{start}[{', '.join(map(str, index))}]"
