"""Modules that a training begins with the same numbers, as copies of one module do."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.parameter import is_lazy

from rollcall.core.tensors.plain_tensor import plain
from rollcall.core.tensors.tensor_compare import same
from rollcall.core.walk.found import Found, is_within
from rollcall.core.walk.object_walk import Walk

MOST_GROUPS = 3
PEEKED = 8  # numbers that are looked at before all are compared


class _Peek(NamedTuple):
    """A tensor of a module, and its first numbers, which are read once."""

    tensor: Tensor
    numbers: tuple[float, ...]

    @property
    def varies(self) -> bool:
        """Whether its first numbers are not all one, as those of a fresh norm or bias are."""
        return len(set(self.numbers)) > 1


Named = dict[str, _Peek]  # by path inside of the module


def equal_starts(walked: Walk) -> tuple[tuple[str, ...], ...]:
    """Paths of modules whose parameters are equal one by one, and are not all constants.

    The parts of such modules are not named again. Two norms are equal as well, and nobody wonders.
    """
    alike: dict[object, list[tuple[str, Named]]] = {}
    for module, parameters in _parameters_of(walked):
        if any(peek.varies for peek in parameters.values()):
            key = (type(module.value), tuple(map(_glimpse, parameters.items())))
            alike.setdefault(key, []).append((module.path, parameters))
    groups: list[tuple[str, ...]] = []
    named: list[str] = []
    for found in alike.values():
        outer = [each for each in found if not any(is_within(each[0], of) for of in named)]
        if len(outer) < 2:
            continue
        (first, expected), *others = outer
        paths = [first, *(path for path, actual in others if _equal(actual, expected))]
        if len(paths) > 1:
            groups.append(tuple(paths))
            named += paths
    return tuple(groups[:MOST_GROUPS])


def _parameters_of(walked: Walk) -> Iterator[tuple[Found, Named]]:
    """Each module with its parameters and those of its parts, the outer ones first."""
    inside: dict[int, Named] = {}
    for found in walked.tensors:
        if found.kind != "parameter" or not _is_readable(found.value):
            continue
        tensor = plain(found.value)
        peek = _Peek(tensor, tuple(tensor.flatten()[:PEEKED].tolist()))
        holder = found.owner
        while holder is not None:
            inner = found.path.removeprefix(holder.path)
            inside.setdefault(id(holder.value), {})[inner] = peek
            holder = holder.owner
    for module in walked.modules:
        if id(module.value) in inside:
            yield module, inside[id(module.value)]


def _is_readable(tensor: Tensor) -> bool:
    if is_lazy(tensor) or tensor.is_meta or tensor.is_quantized:
        return False
    return tensor.layout == torch.strided and not tensor.is_nested


def _glimpse(named: tuple[str, _Peek]) -> object:
    path, peek = named
    return path, tuple(peek.tensor.shape), peek.numbers


def _equal(some: Named, others: Named) -> bool:
    return all(same(peek.tensor, others[path].tensor) for path, peek in some.items())
