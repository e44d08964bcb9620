"""What a container holds, one level down, and what holds nothing that a walk looks for."""

from collections import deque
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from rollcall.core.instance_attributes import PLAIN_TYPES

DEAD_ENDS = frozenset(
    {*PLAIN_TYPES, complex, range, slice, type, FunctionType, ModuleType, type(len)}
)


def is_dead_end(value: Any) -> bool:
    """Whether neither it nor, in a tuple, any item leads to a tensor or a module."""
    kind = type(value)
    return kind in DEAD_ENDS or (kind is tuple and DEAD_ENDS.issuperset(map(type, value)))


def container_items(
    value: Any, path: str, order: Callable[[Any], str]
) -> Iterator[tuple[Any, str]]:
    """What a container holds, and its paths; past the methods of a subclass.

    `order` is the key by which a set is sorted.
    """
    kind = type(value)
    builtin: Any  # so that `builtin.__iter__` is not the subclass's
    for builtin in (list, tuple, deque):
        if issubclass(kind, builtin):
            for index, item in enumerate(builtin.__iter__(value)):
                if not is_dead_end(item):  # a list may hold a million numbers
                    yield item, f"{path}[{index}]"
    for builtin in (set, frozenset):
        if issubclass(kind, builtin):
            for index, item in enumerate(sorted(builtin.__iter__(value), key=order)):
                yield item, f"{path}{{{index}}}"
    if issubclass(kind, dict):
        yield from _entries(value, path)


def _entries(value: dict[Any, Any], path: str) -> Iterator[tuple[Any, str]]:
    for index, (key, item) in enumerate(dict.items(value)):
        yield key, f"{path}.keys()[{index}]"
        if type(key) in PLAIN_TYPES:
            yield item, f"{path}[{key!r}]"
        else:
            yield item, f"{path}.values()[{index}]"
