"""All that one forward may change: it is noted before, and put back afterwards.

Nothing is copied deeply, so nothing need be copyable. What cannot be put back stays as the forward
left it: a Python generator or an iterator that it has advanced, a cache of functools, and the
history of a tensor that was computed and is changed in place.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import filterfalse
from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.kept.kept_holders import PutBack, keep_names, keepers_of
from rollcall.core.kept.kept_tensors import kept_tensors
from rollcall.core.rng.random_state import FOREIGN_GENERATORS, RandomState, torch_generators
from rollcall.core.walk.found import Walk
from rollcall.core.walk.raw_read import module_dict

_REGISTRIES = frozenset(map(id, (dict, OrderedDict, set)))


@contextmanager
def kept_state(walked: Walk, holders: Iterable[Any], inputs: Iterable[Tensor]) -> Iterator[None]:
    """Whatever happens inside the block, a model is afterwards as it was before.

    Args:
        walked: its modules and tensors.
        holders: the containers, objects, functions and classes that the walk came through.
        inputs: tensors that the forward is given.
    """
    tensors = [*(found.value for found in walked.tensors), *inputs]
    before: list[PutBack] = []
    for module in walked.modules:
        before.extend(_keep_module(module.value))
    for holder in holders:
        before.extend(keepers_of(holder))
    random_state = _random_state(tensors)
    try:
        with kept_tensors(tensors):
            yield
    finally:
        for put_back in before:
            put_back()
        random_state.put_back()


def _random_state(tensors: list[Tensor]) -> RandomState:
    """Of the generators that a forward draws from without being given one."""
    generators = torch_generators(torch.device("cpu"))
    if torch.accelerator.is_available():
        devices = {str(tensor.device): tensor.device for tensor in tensors if not tensor.is_meta}
        for device in devices.values():
            generators.extend(torch_generators(device)[1:])  # the first is the CPU's
    return RandomState((*generators, *FOREIGN_GENERATORS))


def _keep_module(module: nn.Module) -> Iterator[PutBack]:
    """Its attributes, its registries and hooks, and its class, which a lazy one changes."""
    names = module_dict(module)
    registries = [each for each in names.values() if id(type(each)) in _REGISTRIES]
    for registry in filter(None, registries):
        yield from keepers_of(registry)
    empty = [*filterfalse(None, registries)]
    yield lambda: _clear(empty)
    yield keep_names(names)
    if issubclass(type(module), nn.modules.lazy.LazyModuleMixin):
        yield _keep_kind(module)


def _clear(registries: list[dict[str, Any] | set[str]]) -> None:
    if any(registries):  # by far the most are still empty
        for registry in registries:
            registry.clear()


def _keep_kind(module: nn.Module) -> PutBack:
    kind = type(module)
    return lambda: object.__setattr__(module, "__class__", kind)
