"""Random module trees with state in known hiding places; Hypothesis can shrink them."""

import re
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, cycle
from queue import SimpleQueue
from types import MappingProxyType, SimpleNamespace
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor, nn


class Box:
    """A plain object."""

    def __init__(self, *items: Any) -> None:
        for index, item in enumerate(items):
            setattr(self, f"item{index}", item)

    def method(self) -> None: ...


class SlottedBox:
    """A plain object without a `__dict__`, one of whose slots may stay empty."""

    __slots__ = ("first", "second")

    def __init__(self, *items: Any) -> None:
        for name, item in zip(self.__slots__, items, strict=False):
            setattr(self, name, item)


@dataclass(eq=False)
class Record:
    """A dataclass."""

    items: tuple[Any, ...]
    first: Any = None


@dataclass(eq=False, slots=True)
class SlottedRecord:
    """A dataclass without a `__dict__`."""

    items: tuple[Any, ...]
    first: Any = None


class Pair(NamedTuple):
    """A named tuple."""

    first: Any
    rest: tuple[Any, ...]


def _list_in_itself(*items: Any) -> list[Any]:
    itself: list[Any] = [*items]
    itself.append(itself)
    return itself


def _dict_in_itself(*items: Any) -> dict[Any, Any]:
    itself: dict[Any, Any] = {f"key{index}": item for index, item in enumerate(items)}
    itself["itself"] = itself
    return itself


def _box_in_itself(*items: Any) -> Box:
    itself = Box(*items)
    itself.itself = itself  # type: ignore[attr-defined]
    return itself


CONTAINERS: dict[str, Callable[..., Any]] = {
    "list": lambda *items: [*items],
    "tuple": lambda *items: items,
    "dict": lambda *items: {f"key {index}": item for index, item in enumerate(items)},
    "numbered dict": lambda *items: dict(enumerate(items)),
    "ordered dict": lambda *items: OrderedDict(enumerate(items)),
    "deque": lambda *items: deque(items),
    "box": Box,
    "slotted box": lambda *items: (
        SlottedBox(*items[:2]) if len(items) < 3 else SlottedBox(items[0], items[1:])
    ),
    "record": lambda *items: Record(items, items[0] if items else None),
    "slotted record": lambda *items: SlottedRecord(items, items[-1] if items else None),
    "pair": lambda *items: Pair(items[0] if items else None, items[1:]),
    "namespace": lambda *items: SimpleNamespace(
        **{f"item{index}": item for index, item in enumerate(items)}
    ),
    "list in itself": _list_in_itself,
    "dict in itself": _dict_in_itself,
    "box in itself": _box_in_itself,
    # No Python expression names a thing in these.
    "keys": lambda *items: dict.fromkeys(map(_hashable, items)),
    "keys and values": lambda *items: {_hashable(item): item for item in items},
    "set": lambda *items: {*map(_hashable, items)},
    "frozenset": lambda *items: frozenset(map(_hashable, items)),
}


KEPT: list[Any] = []  # what only weak references lead to
CONTAINERS |= {
    # Places that no attribute and no item names.
    "closure": lambda *items: lambda: items,
    "closures": lambda *items: _nested_closure(items),
    "default argument": lambda *items: _with_defaults(*items),
    "function attribute": lambda *items: _with_attributes(*items),
    "partial": lambda *items: partial(print, *items, **dict(zip("abc", items, strict=False))),
    "bound method": lambda *items: Box(*items).method,
    "method of C": lambda *items: [*items].append,
    "generator": lambda *items: _started(*items),
    "iterator": lambda *items: iter(items),
    "chain": lambda *items: chain([None], *map(_alone, items)),
    "cycle": lambda *items: cycle(items),
    "zip": lambda *items: zip(items, items, strict=True),
    "mapping proxy": lambda *items: MappingProxyType(dict(enumerate(items))),
    "values": lambda *items: dict(enumerate(items)).values(),
    "array": lambda *items: _array(*items),
    "queue": lambda *items: _queue(*items),
    "cache": lambda *items: _cached(*items),
    "class": lambda *items: _class_of(*items),
    "object of such a class": lambda *items: _class_of(*items)(),
    "weak references": lambda *items: [_weak(item) for item in items],
    "cell": lambda *items: (lambda: items).__closure__,
}


def _nested_closure(items: tuple[Any, ...]) -> Callable[[], Any]:
    def outer() -> Any:
        def inner() -> Any:
            return items

        return inner

    inner: Callable[[], Any] = outer()
    return inner


def _with_defaults(*items: Any) -> Callable[..., Any]:
    def function(first: Any = items, *, second: Any = items[:1]) -> Any:
        return first, second

    del items
    return function


def _with_attributes(*items: Any) -> Callable[[], Any]:
    def function() -> None: ...

    for index, item in enumerate(items):
        setattr(function, f"item{index}", item)
    return function


def _started(*items: Any) -> Iterator[Any]:
    def generator(held: tuple[Any, ...]) -> Iterator[Any]:
        yield None
        yield from held

    started = generator(items)
    next(started)
    return started


def _alone(item: Any) -> list[Any]:
    return [item]


def _array(*items: Any) -> Any:
    array = np.empty((2, max(1, len(items))), dtype=object)
    for index, item in enumerate(items):
        array[index % 2, index] = item
    return array


def _queue(*items: Any) -> Any:
    line: SimpleQueue[Any] = SimpleQueue()
    for item in items:
        line.put(item)
    return line


def _cached(*items: Any) -> Any:
    @lru_cache(maxsize=8)
    def look_up(index: int) -> Any:
        return left[index]

    left = list(items)
    for index in range(len(items)):
        look_up(index)
    left.clear()
    return look_up


def _class_of(*items: Any) -> Any:
    return type("Own", (), {f"item{index}": item for index, item in enumerate(items)})


def _weak(item: Any) -> Any:
    try:
        reference = weakref.ref(item)
    except TypeError:
        return item
    KEPT.append(item)
    return reference


def _hashable(item: Any) -> Any:
    try:
        hash(item)
    except TypeError:
        return Box(item)
    return item


# What a hidden value is made of. The numbers choose among what stands in the tree already.

Nested = Literal["attribute", "list", "dict", "sequential"]


@dataclass(frozen=True)
class Number:
    """What a scan must walk past."""

    value: int | float | str | None


@dataclass(frozen=True)
class NewTensor:
    """A tensor that nothing registers."""

    parameter: bool
    requires_grad: bool


@dataclass(frozen=True)
class Known:
    """A module or tensor that is registered elsewhere in the tree."""

    choice: int


@dataclass(frozen=True)
class Again:
    """What was planted before, a second time."""

    choice: int


@dataclass(frozen=True)
class Around:
    """The module that holds the attribute, or the whole model: a cycle."""

    root: bool


@dataclass(frozen=True)
class Container:
    """A container or plain object, and what it holds."""

    kind: str
    items: "tuple[Value, ...]"


@dataclass(frozen=True)
class Part:
    """A module: what it registers, and what it hides in attributes."""

    parameters: tuple[bool, ...] = ()  # requires_grad of each
    buffers: tuple[bool, ...] = ()  # persistent or not
    children: "tuple[tuple[Nested, tuple[Part, ...]], ...]" = ()
    hidden: "tuple[Container | NewTensor, ...]" = ()


@dataclass(frozen=True)
class Shared:
    """One registered thing that gets one more registered name."""

    tensor: bool
    what: int
    where: int


Value = Number | NewTensor | Known | Again | Around | Container | Part


@dataclass(frozen=True)
class Description:
    """A whole model."""

    root: Part
    shared: tuple[Shared, ...]


_few = st.integers(0, 50)
_numbers = st.builds(Number, st.sampled_from([0, 1.5, "text", None]))
_tensors = st.builds(NewTensor, st.booleans(), st.booleans())
_kinds = st.sampled_from(sorted(CONTAINERS))


def _tuples(of: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


def _part(
    inner: st.SearchStrategy[Part], values: st.SearchStrategy[Any], hides: int = 0
) -> st.SearchStrategy[Part]:
    nested: st.SearchStrategy[Nested] = st.sampled_from(("attribute", "list", "dict", "sequential"))
    hidden = st.builds(Container, _kinds, _tuples(values, 3)) | st.builds(
        NewTensor, st.just(False), st.booleans()
    )
    return st.builds(
        Part,
        parameters=_tuples(st.booleans(), 2),
        buffers=_tuples(st.booleans(), 2),
        children=_tuples(st.tuples(nested, _tuples(inner, 2)), 2),
        hidden=st.lists(hidden, min_size=hides, max_size=2).map(tuple),
    )


_leaves = (
    _numbers
    | _tensors
    | st.builds(Known, _few)
    | st.builds(Again, _few)
    | st.builds(Around, st.booleans())
)
_simple_parts = st.builds(
    Part, parameters=_tuples(st.booleans(), 2), buffers=_tuples(st.booleans(), 2)
)
_values = st.recursive(
    _leaves | _simple_parts,
    lambda values: st.builds(Container, _kinds, _tuples(values, 3)) | _part(_simple_parts, values),
    max_leaves=6,
)
_parts = st.recursive(_simple_parts, lambda inner: _part(inner, _values), max_leaves=5)

descriptions = st.builds(
    Description,
    root=_part(_parts, _values, hides=1),
    shared=_tuples(st.builds(Shared, st.booleans(), _few, _few), 3),
)


class Holder(nn.Module):
    """A module of no particular kind."""


@dataclass
class Model:
    """A model built from its description, and what was planted in it."""

    root: nn.Module
    planted: dict[int, nn.Module | Tensor] = field(
        default_factory=dict
    )  # all that nothing registers, by id
    holders: list[Any] = field(default_factory=list)  # every container and plain object

    @classmethod
    def of(cls, description: Description) -> "Model":
        """Build the registered tree first, then what hides in it."""
        todo: list[tuple[nn.Module, Part]] = []
        model = cls(_register(description.root, todo))
        modules = [*model.root.modules()]
        for shared in description.shared:
            _share(shared, modules)
        known = [*registered(model.root).values()]
        while todo:
            module, part = todo.pop(0)
            for index, value in enumerate(part.hidden):
                setattr(module, f"hidden{index}", model._plant(value, module, known, todo))
        return model

    def _plant(
        self, value: Value, holder: nn.Module, known: list[Any], todo: list[tuple[nn.Module, Part]]
    ) -> Any:
        match value:
            case Number(number):
                return number
            case NewTensor(parameter, requires_grad):
                tensor = torch.ones(3, requires_grad=requires_grad)
                return self._note(
                    nn.Parameter(tensor.detach(), requires_grad) if parameter else tensor
                )
            case Known(choice):
                return known[choice % len(known)]
            case Again(choice):
                before = [*self.planted.values()]
                return before[choice % len(before)] if before else None
            case Around(root):
                return self.root if root else holder
            case Container(kind, items):
                container = CONTAINERS[kind](
                    *(self._plant(item, holder, known, todo) for item in items)
                )
                self.holders.append(container)
                return container
            case Part():
                return self._note(_register(value, todo))

    def _note(self, new: nn.Module | Tensor) -> nn.Module | Tensor:
        self.planted |= registered(new) if isinstance(new, nn.Module) else {id(new): new}
        return new


def registered(model: nn.Module) -> dict[int, nn.Module | Tensor]:
    """All that PyTorch lists for a model, by id."""
    everything: list[nn.Module | Tensor] = [*model.modules(), *model.parameters(), *model.buffers()]
    return {id(each): each for each in everything}


def _register(part: Part, todo: list[tuple[nn.Module, Part]]) -> nn.Module:
    """Build what a part registers; what it hides is left to do."""
    module = Holder()
    for index, requires_grad in enumerate(part.parameters):
        module.register_parameter(
            f"parameter{index}", nn.Parameter(torch.ones(2, 2), requires_grad)
        )
    for index, persistent in enumerate(part.buffers):
        module.register_buffer(f"buffer{index}", torch.ones(2), persistent)
    for index, (nested, parts) in enumerate(part.children):
        children = [_register(each, todo) for each in parts]
        name = f"child{index}"
        match nested:
            case "attribute":
                for number, child in enumerate(children):
                    setattr(module, f"{name}_{number}", child)
            case "list":
                setattr(module, name, nn.ModuleList(children))
            case "dict":
                setattr(
                    module,
                    name,
                    nn.ModuleDict({f"key{number}": child for number, child in enumerate(children)}),
                )
            case "sequential":
                setattr(module, name, nn.Sequential(*children))
    todo.append((module, part))
    return module


def _share(shared: Shared, modules: list[nn.Module]) -> None:
    """Register something once more, unless that closes a circle: PyTorch's listing never ends."""
    where = modules[shared.where % len(modules)]
    if shared.tensor:
        parameters = [*modules[0].parameters()]
        if parameters:
            where.register_parameter("tied", parameters[shared.what % len(parameters)])
        return
    elsewhere = [module for module in modules if where not in set(module.modules())]
    if elsewhere:
        where.add_module("shared", elsewhere[shared.what % len(elsewhere)])


def evaluate(model: nn.Module, path: str) -> Any:
    """What Python answers to `path`, with the numbers in PyTorch's names written as indices."""
    expression = re.sub(r"(?:^|\.)(\d+)(?=[.\[]|$)", r"[\1]", path)
    return eval(
        "model" + (expression if expression[:1] in ("", "[") else "." + expression),
        {"model": model},
    )
