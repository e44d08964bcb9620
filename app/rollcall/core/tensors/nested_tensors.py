"""The tensors in what a forward takes or returns."""

from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import keystr, tree_flatten_with_path, tree_leaves

from rollcall.core.walk.instance_attributes import has_state, instance_attributes

# They hold no further tensor, or hold it for a model: it is not what a forward returns.
_CLOSED = (
    *(type(None), bool, int, float, complex, str, bytes, type),
    *(Tensor, torch.dtype, torch.device, torch.Generator, nn.Module),
    *(FunctionType, BuiltinFunctionType, MethodType),
)
MOST_OBJECTS = 1000  # that are looked into


def tensors_in(structure: Any) -> list[Tensor]:
    """A tensor, or those in any nesting of tuples, lists, dicts and objects with attributes."""
    if isinstance(structure, Tensor):  # by far the most, and each step of a training asks
        return [structure]
    leaves = tree_leaves(structure)
    if any(_is_open(leaf) for leaf in leaves):
        return [tensor for _, tensor in named_tensors(structure)]
    return [leaf for leaf in leaves if isinstance(leaf, Tensor)]


def named_tensors(structure: Any) -> Iterator[tuple[str, Tensor]]:
    """The same, each with where it stands: "" alone, "[0]", "['logits']", ".logits"."""
    yield from _named(structure, set())


def _named(structure: Any, opened: set[int]) -> Iterator[tuple[str, Tensor]]:
    for key, leaf in tree_flatten_with_path(structure)[0]:
        if isinstance(leaf, Tensor):
            yield keystr(key), leaf
        elif _is_open(leaf) and id(leaf) not in opened and len(opened) < MOST_OBJECTS:
            opened.add(id(leaf))
            for name, part in _parts(leaf):
                for inner, tensor in _named(part, opened):
                    yield f"{keystr(key)}{name}{inner}", tensor


def _is_open(leaf: Any) -> bool:
    """Whether pytree takes it for a leaf although it may hold tensors, such as a dataclass."""
    return not isinstance(leaf, _CLOSED) and has_state(type(leaf))


def _parts(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):  # of a class that pytree does not know
        return [(f"[{key!r}]", each) for key, each in value.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return [(f"[{index}]", each) for index, each in enumerate(value)]
    attributes = dict(instance_attributes(value))
    return [(f".{name}", each) for name, each in attributes.items()]
