"""The records of a scan: one for each module and each tensor."""

from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn

from rollcall.core.module_facts import extra_reprs, is_training, training_flag
from rollcall.core.pytorch_names import short_name
from rollcall.core.rank import FINDINGS, Rank, ranks, reads_mode
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.walk.found import Found, HidingPlace, Registration, Walk
from rollcall.core.walk.raw_read import name_of_class

# unreachable: no attribute leads to it
ModuleStatus = Literal["registered", "unregistered", "unreachable"]


# Not frozen: a scan builds thousands, and a frozen __init__ takes four times as long.
@dataclass(slots=True)
class Entry:
    """What modules and tensors have in common."""

    # as PyTorch names it if it is registered, else as Python reaches it; "" is the model itself
    path: str
    aliases: tuple[str, ...]  # every further path that leads to it
    owner: str | None  # path of the module that holds it; None for the model itself
    status: Registration
    unregistered_at: HidingPlace | None  # the attribute that keeps it from the registries
    found_by: str | None  # "attribute", "closure of block", ...; None: the registries led to it
    rank: Rank | None  # how much that matters; None: it is registered

    @property
    def is_finding(self) -> bool:
        """Whether it should be registered."""
        return self.rank in FINDINGS

    @property
    def is_note(self) -> bool:
        """Whether it is unregistered, and that does no harm."""
        return self.rank is not None and self.rank not in FINDINGS

    @property
    def names(self) -> tuple[str, ...]:
        """Every path that leads to it, its own first."""
        return (self.path, *self.aliases)


@dataclass(slots=True)
class ModuleEntry(Entry):
    """One module of the tree."""

    class_name: str
    training: bool
    extra_repr: str
    stateful: bool  # it holds tensors, or its forward asks for `self.training`


@dataclass(slots=True)
class TensorEntry(Entry):
    """One tensor of the tree."""

    kind: Literal["parameter", "persistent buffer", "non-persistent buffer", "tensor"]
    shape: Shape | None  # None for a lazy parameter, which has none yet
    dtype: str
    device: str
    requires_grad: bool
    is_leaf: bool  # False for what was computed from something else, such as a cached activation
    numel: int


# aliases, owner, status, unregistered_at, found_by and rank of an Entry
_Standing = tuple[
    tuple[str, ...], str | None, Registration, HidingPlace | None, str | None, Rank | None
]


class _Kind(NamedTuple):
    """What is asked of a class once, and holds for all modules of it."""

    name: str
    reads_mode: bool
    is_scripted: bool


_OWNER = attrgetter("owner")
# shape, dtype, device, requires_grad and is_leaf of a tensor, read in one go
_READ = attrgetter("shape", "dtype", "device", "requires_grad", "is_leaf")
# the same as they are told, and numel
_Facts = tuple[Shape | None, str, str, bool, bool, int]


class _SharedFacts(dict[tuple[Any, ...], _Facts]):
    """What is told of a tensor, by what was read: put into words once for all that are alike."""

    def __missing__(self, read: tuple[Any, ...]) -> _Facts:
        shape, dtype, device, requires_grad, is_leaf = read
        told = (short_name(dtype), short_name(device), requires_grad, is_leaf)
        self[read] = facts = (tuple(shape), *told, shape.numel())
        return facts


def _facts_of(tensor: Tensor) -> _Facts:
    """Of a tensor of any class."""
    shape, numel = shape_of(tensor), 0
    if shape is not None:
        numel = int(tensor.numel())
    told = (short_name(tensor.dtype), short_name(tensor.device))
    return (shape, *told, tensor.requires_grad, tensor.is_leaf, numel)


class Entries:
    """Makes the records of one walk."""

    def __init__(self, walked: Walk, remade: Collection[str]) -> None:
        self._aliases = walked.aliases
        self._ranks = ranks(walked, remade)
        self._holders = set(map(id, map(_OWNER, walked.tensors)))
        self._kinds: dict[int, _Kind] = {}  # by the id of a class
        self._facts = _SharedFacts()

    def modules(self, modules: list[Found]) -> tuple[ModuleEntry, ...]:
        in_brackets = extra_reprs([found.value for found in modules])
        return tuple(map(self._module, modules, in_brackets))

    def _module(self, found: Found, in_brackets: str) -> ModuleEntry:
        module = found.value
        key = id(type(module))
        if key not in self._kinds:
            self._kinds[key] = _kind_of(type(module))
        name, mode_is_read, is_scripted = self._kinds[key]
        training = is_training(module) if is_scripted else training_flag(module)
        aliases, owner, status, place, found_by, rank = self._standing(found)
        return ModuleEntry(  # `*self._standing(found)` in the call takes 70 ns more
            found.path,
            aliases,
            owner,
            status,
            place,
            found_by,
            rank,
            name,
            training,
            in_brackets,
            mode_is_read or id(found) in self._holders,
        )

    def tensors(self, tensors: list[Found]) -> tuple[TensorEntry, ...]:
        # A subclass of Tensor may answer for itself, and raise.
        with torch._C.DisableTorchFunctionSubclass():
            return tuple(map(self._tensor, tensors))

    def _tensor(self, found: Found) -> TensorEntry:
        tensor = found.value
        kind = type(tensor)
        # neither lazy nor of a class with answers of its own
        if (kind is nn.Parameter or kind is Tensor) and not tensor.is_nested:
            facts = self._facts[_READ(tensor)]
        else:
            facts = _facts_of(tensor)
        shape, dtype, device, requires_grad, is_leaf, numel = facts
        aliases, owner, status, place, found_by, rank = self._standing(found)
        return TensorEntry(
            found.path,
            aliases,
            owner,
            status,
            place,
            found_by,
            rank,
            found.kind,  # type: ignore[arg-type]  # never "module" here
            shape,
            dtype,
            device,
            requires_grad,
            is_leaf,
            numel,
        )

    def _standing(self, found: Found) -> _Standing:
        """What an entry says after its path."""
        owner, trail = found.owner, found.trail
        holder = None
        if owner is not None:
            holder = owner.path
        aliases: tuple[str, ...] = ()
        if self._aliases:
            aliases = tuple(self._aliases.get(id(found.value), ()))
        if trail is None:
            return aliases, holder, "registered", None, None, None
        rank = self._ranks[id(found.value)]
        return aliases, holder, "unregistered", trail.unregistered_at, trail.found_by, rank


def _kind_of(kind: type[nn.Module]) -> _Kind:
    return _Kind(name_of_class(kind), reads_mode(kind), issubclass(kind, torch.jit.ScriptModule))
