"""The registry of one model as a report: every module and tensor, and who is missing from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import torch
from pydantic import computed_field
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.autograd_leaves import reached_leaves
from rollcall.core.object_walk import Aliases, Found, HidingPlace, Registration, walk
from rollcall.core.report import Report

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
    shape: tuple[int, ...] | None  # None for a lazy parameter, which has none yet
    dtype: str
    device: str
    requires_grad: bool
    is_leaf: bool  # False for what was computed from something else, such as a cached activation
    numel: int


class UnreachableLeaf(Report):
    """A tensor that backward reaches, but no walk over attributes, such as one in a closure."""

    shape: tuple[int, ...]
    dtype: str
    device: str
    numel: int
    fresh: bool = False  # the forward made it: the next one reached another in its place


class UsedParameters(Report):
    """What one forward and its autograd graph used, counted in elements of trainable tensors."""

    reached: int  # elements of the leaves of the graph
    answering: int  # those of them that `model.parameters()` lists
    paths: tuple[str, ...]  # the leaves that the walk also found
    unreachable: tuple[UnreachableLeaf, ...]
    added_by_forward: tuple[str, ...] = ()  # names that the first forward added to state_dict()

    @property
    def fresh(self) -> int:
        """Elements that every forward makes anew, and no optimizer can hold."""
        return sum(leaf.numel for leaf in self.unreachable if leaf.fresh)


class Scan(Report):
    """The roll of one model. Counts are elements of tensors with requires_grad."""

    class_name: str
    modules: tuple[ModuleEntry, ...]
    tensors: tuple[TensorEntry, ...]
    used: UsedParameters | None  # None where no forward was run

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def registered(self) -> int:
        """Equals `sum(p.numel() for p in model.parameters() if p.requires_grad)`."""
        return sum(t.numel for t in self._trainable("registered") if t.kind == "parameter")

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def unregistered(self) -> int:
        """The same sum over the tensors that the walk found and the registries do not list."""
        return sum(t.numel for t in self._trainable("unregistered"))

    def _trainable(self, status: Registration) -> Iterator[TensorEntry]:
        return (t for t in self.tensors if t.requires_grad and t.is_leaf and t.status == status)

    @property
    def missing(self) -> tuple[ModuleEntry | TensorEntry, ...]:
        """The unregistered state: stateful modules, and tensors that were not computed."""
        modules = (m for m in self.modules if m.status == "unregistered" and m.stateful)
        tensors = (t for t in self.tensors if t.status == "unregistered" and t.is_leaf)
        return (*modules, *tensors)

    @property
    def hiding_places(self) -> tuple[HidingPlace, ...]:
        """The attributes that keep it from the registries, each once."""
        places = [entry.unregistered_at for entry in self.missing]
        return tuple(dict.fromkeys(place for place in places if place))

    def __str__(self) -> str:
        """The report as a table for a terminal."""
        lines = [f"{self.class_name}: {self._headline}"]
        unheard = [f"{m.path} ({m.class_name})" for m in self.modules if m.status == "unregistered"]
        if unheard:
            lines.append("unregistered modules: " + ", ".join(unheard))
        rows = [_cells(tensor) for tensor in self.tensors]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    @property
    def _headline(self) -> str:
        if self.used:
            counts = f"{self.used.answering:,} of {self.used.reached:,}"
            return f"{counts} trainable numbers answer"
        total = self.registered + self.unregistered
        return f"{self.registered:,} of {total:,} trainable numbers found are registered"


def scan(model: nn.Module, *inputs: Any) -> Scan:
    """Take the roll of `model`, without changing it.

    Args:
        model: any module; it is walked, not called.
        inputs: positional arguments for one forward. Where given, a deep copy of the model runs
            that forward, and the leaves of the output's autograd graph are counted as `used`.

    Raises:
        TypeError: `model` is not an nn.Module.
        Exception: whatever the copy's forward raises on `inputs`.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"scan() takes a torch.nn.Module, not {type(model).__name__}")
    leaves = reached_leaves(model, inputs) if inputs else None
    return scan_with_leaves(model, leaves)


def scan_with_leaves(model: nn.Module, leaves: list[Tensor] | None) -> Scan:
    """Take the roll of `model`, and compare it with the leaves that a graph has reached."""
    modules, tensors, aliases = walk(model)
    holders = {id(found.owner) for found in tensors}
    used = None
    if leaves is not None:
        used = used_parameters(leaves, tensors)
    return Scan.model_construct(  # made here a moment ago: nothing to validate
        class_name=type(model).__name__,
        modules=tuple([_module_entry(found, aliases, id(found) in holders) for found in modules]),
        tensors=tuple([_tensor_entry(found, aliases) for found in tensors]),
        used=used,
    )


def _cells(tensor: TensorEntry) -> tuple[str, ...]:
    """A row of the table for a terminal."""
    shape = "?" if tensor.shape is None else str(list(tensor.shape))
    return (tensor.path, tensor.kind, tensor.status, shape, tensor.dtype, tensor.device)


EntryFields = tuple[str, tuple[str, ...], str | None, Registration, HidingPlace | None]


def _entry_fields(found: Found, aliases: Aliases) -> EntryFields:
    """The fields of `Entry`."""
    names = tuple(aliases.get(id(found.value), ()))
    owner = found.owner.path if found.owner else None
    if found.trail is None:
        return found.path, names, owner, "registered", None
    return found.path, names, owner, "unregistered", found.trail.unregistered_at


def _module_entry(found: Found, aliases: Aliases, holds_tensors: bool) -> ModuleEntry:
    module = found.value
    return ModuleEntry(
        *_entry_fields(found, aliases),
        type(module).__name__,
        module.training,
        module.extra_repr(),
        holds_tensors or asks_for_mode(getattr(type(module), "forward", None)),
    )


def asks_for_mode(forward: Callable[..., Any] | None) -> bool:
    """Whether a forward reads `self.training`."""
    code = getattr(forward, "__code__", None)
    return code is not None and "training" in code.co_names


def _tensor_entry(found: Found, aliases: Aliases) -> TensorEntry:
    tensor = found.value
    return TensorEntry(
        *_entry_fields(found, aliases),
        found.kind,  # type: ignore[arg-type]  # never "module" here
        None if is_lazy(tensor) else tuple(tensor.shape),
        _short(tensor.dtype),
        _short(tensor.device),
        tensor.requires_grad,
        tensor.is_leaf,
        _numel(tensor),
    )


def _numel(tensor: Tensor) -> int:
    return 0 if is_lazy(tensor) else tensor.numel()


@cache
def _short(dtype_or_device: torch.dtype | torch.device) -> str:
    return str(dtype_or_device).removeprefix("torch.")


def used_parameters(leaves: list[Tensor], tensors: list[Found]) -> UsedParameters:
    """Compare the leaves that a graph has reached with what a walk found before that forward."""
    known = {id(found.value): found for found in tensors}
    met = [known[id(leaf)] for leaf in leaves if id(leaf) in known]
    answering = [each.value for each in met if each.registered and each.kind == "parameter"]
    return UsedParameters(
        reached=sum(map(_numel, leaves)),
        answering=sum(map(_numel, answering)),
        paths=tuple(found.path for found in met),
        unreachable=tuple(_unreachable_leaf(leaf) for leaf in leaves if id(leaf) not in known),
    )


def _unreachable_leaf(leaf: Tensor) -> UnreachableLeaf:
    return UnreachableLeaf(
        shape=tuple(leaf.shape),
        dtype=_short(leaf.dtype),
        device=_short(leaf.device),
        numel=leaf.numel(),
    )
