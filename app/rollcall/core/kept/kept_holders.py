"""Containers, objects, functions, classes and generators: what one holds is noted, and put back."""

import random
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from operator import is_
from types import CellType, FunctionType
from typing import Any

import numpy as np
import torch

from rollcall.core.walk.instance_attributes import Slot, filled, slots
from rollcall.core.walk.ownership import is_own_class, is_own_function
from rollcall.core.walk.raw_read import class_dict, instance_dict

PutBack = Callable[[], object]
_EMPTY = CellType()
# Where in an object its `__dict__` lies; 0: it has none, and nothing can be put on it.
_dict_offset: Callable[[type], int] = vars(type)["__dictoffset__"].__get__


def keepers_of(holder: Any) -> Iterator[PutBack]:
    """A function for each part of it that puts that part back as it is now."""
    kind = type(holder)
    if kind is dict:  # most are: it has no attributes of its own
        yield keep_names(holder)
        return
    if issubclass(kind, type):
        if is_own_class(holder):
            yield _keep_class(holder)
        return
    if issubclass(kind, FunctionType):
        yield from _keep_function(holder)
        return
    yield from _keep_contents(holder)
    if _has_dict(kind):
        yield keep_names(instance_dict(holder))
    own_slots = tuple(slots(kind, object))
    if own_slots:
        yield _keep_slots(holder, own_slots)


def _has_dict(kind: type) -> bool:
    """Whether objects of a class may have attributes, though they have none so far."""
    return _dict_offset(kind) != 0


def _keep_contents(holder: Any) -> Iterator[PutBack]:
    kind = type(holder)
    if issubclass(kind, dict):
        yield keep_names(holder)
    elif issubclass(kind, list):
        yield _keep_list(holder)
    elif issubclass(kind, set):
        yield _keep_set(holder)
    elif issubclass(kind, deque):
        yield _keep_deque(holder)
    elif issubclass(kind, np.ndarray):
        yield _keep_array(np.ndarray.view(holder, np.ndarray))
    elif id(kind) in _GENERATORS:
        yield _GENERATORS[id(kind)](holder)


def keep_names(names: dict[Any, Any]) -> PutBack:
    """The entries of a dict, in their order; past the methods of a subclass."""
    plain: Any = dict  # what keeps an order of its own is asked for it
    if issubclass(type(names), OrderedDict):
        plain = OrderedDict
    keys, values = [*plain.keys(names)], [*plain.values(names)]

    def put_back() -> None:
        length = plain.__len__(names)
        if _identical(keys, plain.keys(names), length) and _identical(
            values, plain.values(names), length
        ):
            return
        plain.clear(names)
        for key, value in zip(keys, values, strict=True):
            plain.__setitem__(names, key, value)

    return put_back


def _keep_list(items: list[Any]) -> PutBack:
    before = list.copy(items)

    def put_back() -> None:
        if not _identical(before, list.__iter__(items), list.__len__(items)):
            list.__setitem__(items, slice(None), before)

    return put_back


def _keep_deque(items: deque[Any]) -> PutBack:
    before = [*deque.__iter__(items)]

    def put_back() -> None:
        if not _identical(before, deque.__iter__(items), deque.__len__(items)):
            deque.clear(items)
            deque.extend(items, before)

    return put_back


def _keep_set(items: set[Any]) -> PutBack:
    before = [*set.__iter__(items)]

    def put_back() -> None:
        if set(map(id, before)) != set(map(id, set.__iter__(items))):
            set.clear(items)
            set.update(items, before)

    return put_back


def _keep_array(array: "np.ndarray[Any, Any]") -> PutBack:
    before = array.copy()

    def put_back() -> None:
        if array.tobytes() != before.tobytes():  # of objects, these are their addresses
            np.copyto(array, before)

    return put_back


def _identical(before: list[Any], now: Iterable[Any], length: int) -> bool:
    return len(before) == length and all(map(is_, before, now))


def _keep_slots(holder: Any, descriptors: tuple[Slot, ...]) -> PutBack:
    before = dict(filled(descriptors, holder))

    def put_back() -> None:
        now = dict(filled(descriptors, holder))
        for name, descriptor in descriptors:
            if name not in before and name in now:
                descriptor.__delete__(holder)
            elif name in before and now.get(name) is not before[name]:
                descriptor.__set__(holder, before[name])

    return put_back


def _keep_class(kind: type) -> PutBack:
    before = dict(class_dict(kind))

    def put_back() -> None:
        now = class_dict(kind)
        for name in [name for name in now if name not in before]:
            type.__delattr__(kind, name)
        for name, value in before.items():
            if now.get(name, _EMPTY) is not value:
                type.__setattr__(kind, name, value)

    return put_back


def _keep_function(function: FunctionType) -> Iterator[PutBack]:
    """Its closure, its attributes and, if it is the user's, the globals of its file."""
    for cell in function.__closure__ or ():
        yield _keep_cell(cell)
    yield keep_names(function.__dict__)
    if is_own_function(function):
        yield keep_names(function.__globals__)


def _keep_cell(cell: CellType) -> PutBack:
    before = _contents(cell)

    def put_back() -> None:
        if before is _EMPTY and _contents(cell) is not _EMPTY:
            del cell.cell_contents
        elif before is not _EMPTY and _contents(cell) is not before:
            cell.cell_contents = before

    return put_back


def _contents(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY


def _keep_torch_generator(generator: torch.Generator) -> PutBack:
    state = generator.get_state()
    return lambda: generator.set_state(state)


def _keep_random(generator: random.Random) -> PutBack:
    state = generator.getstate()
    return lambda: generator.setstate(state)


def _keep_numpy_generator(generator: np.random.Generator) -> PutBack:
    bits = generator.bit_generator
    state = bits.state
    return lambda: setattr(bits, "state", state)


def _keep_numpy_state(generator: np.random.RandomState) -> PutBack:
    state = generator.get_state()
    return lambda: generator.set_state(state)


_GENERATORS: dict[int, Callable[[Any], PutBack]] = {
    id(torch.Generator): _keep_torch_generator,
    id(random.Random): _keep_random,
    id(np.random.Generator): _keep_numpy_generator,
    id(np.random.RandomState): _keep_numpy_state,
}
