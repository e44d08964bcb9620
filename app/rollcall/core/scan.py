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
from rollcall.core.object_walk import Aliases, Found, HidingPlace, walk
from rollcall.core.report import Report

Status = Literal["registered", "unregistered"]
ModuleStatus = Literal[
    "registered", "unregistered", "unreachable"
]  # the last: no attribute leads to it


@dataclass(
    slots=True
)  # not frozen: a scan builds thousands, and a frozen __init__ takes four times as long
class Entry:
    """What modules and tensors have in common."""

    path: str  # as PyTorch names it when registered, else as Python reaches it; "" is the model itself
    aliases: tuple[str, ...]  # every further path that leads to it
    owner: str | None  # path of the module that holds it; None for the model itself
    status: Status
    behind: HidingPlace | None  # the attribute that keeps it from the registries

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


class Hidden(Report):
    """A tensor that backward reaches and no walk over attributes finds, such as one in a closure."""

    shape: tuple[int, ...]
    dtype: str
    device: str
    numel: int
    fresh: bool = False  # the forward made it: the next one reached another in its place


class Reach(Report):
    """What one forward and its autograd graph used, in trainable numbers (elements, not tensors)."""

    reached: int  # elements of the leaves of the graph
    answering: int  # those of them that `model.parameters()` lists
    paths: tuple[str, ...]  # the leaves that the walk also found
    hidden: tuple[Hidden, ...]
    grown: tuple[str, ...] = ()  # names that the first forward added to state_dict()

    @property
    def fresh(self) -> int:
        """Elements that every forward makes anew, and no optimizer can hold."""
        return sum(leaf.numel for leaf in self.hidden if leaf.fresh)


class Scan(Report):
    """The roll of one model. Counts are elements of tensors with requires_grad."""

    class_name: str
    modules: tuple[ModuleEntry, ...]
    tensors: tuple[TensorEntry, ...]
    reach: Reach | None  # None where no forward was run

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

    def _trainable(self, status: Status) -> Iterator[TensorEntry]:
        return (t for t in self.tensors if t.requires_grad and t.is_leaf and t.status == status)

    @property
    def missing(self) -> tuple[ModuleEntry | TensorEntry, ...]:
        """The unregistered state: modules that hold something or heed train() and eval(), and tensors not computed."""
        modules = (m for m in self.modules if m.status == "unregistered" and m.stateful)
        return (*modules, *(t for t in self.tensors if t.status == "unregistered" and t.is_leaf))

    @property
    def hiding_places(self) -> tuple[HidingPlace, ...]:
        """The attributes that keep it from the registries, each once."""
        return tuple(dict.fromkeys(entry.behind for entry in self.missing if entry.behind))

    def __str__(self) -> str:
        """The report as a table for a terminal."""
        rows = [
            (
                t.path,
                t.kind,
                t.status,
                "?" if t.shape is None else str(list(t.shape)),
                t.dtype,
                t.device,
            )
            for t in self.tensors
        ]
        widths = [max((len(row[i]) for row in rows), default=0) for i in range(6)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        unheard = [f"{m.path} ({m.class_name})" for m in self.modules if m.status == "unregistered"]
        total = self.registered + self.unregistered
        head = f"{self.class_name}: {self.registered:,} of {total:,} trainable numbers found are registered"
        if self.reach:
            head = f"{self.class_name}: {self.reach.answering:,} of {self.reach.reached:,} trainable numbers answer"
        return "\n".join(
            [head, *(["unregistered modules: " + ", ".join(unheard)] if unheard else []), *lines]
        )


def scan(model: nn.Module, *inputs: Any) -> Scan:
    """Take the roll of `model`, without changing it.

    Args:
        model: any module; it is walked, not called.
        inputs: positional arguments for one forward. Where given, a deep copy of the model runs that forward, and the
            leaves of the output's autograd graph are counted as `reach`.

    Raises:
        TypeError: `model` is not an nn.Module.
        Exception: whatever the copy's forward raises on `inputs`.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"scan() takes a torch.nn.Module, not {type(model).__name__}")
    return scan_with_leaves(model, reached_leaves(model, inputs) if inputs else None)


def scan_with_leaves(model: nn.Module, leaves: list[Tensor] | None) -> Scan:
    """Take the roll of `model`, and hold it against the leaves that a graph has reached."""
    modules, tensors, aliases = walk(model)
    holders = {id(found.owner) for found in tensors}
    return Scan.model_construct(  # made here a moment ago: nothing to validate
        class_name=type(model).__name__,
        modules=tuple([_module_entry(found, aliases, id(found) in holders) for found in modules]),
        tensors=tuple([_tensor_entry(found, aliases) for found in tensors]),
        reach=None if leaves is None else reach_of(leaves, tensors),
    )


def _module_entry(found: Found, aliases: Aliases, holds_tensors: bool) -> ModuleEntry:
    module, _, path, owner, trail = found
    return ModuleEntry(
        path,
        tuple(aliases[id(module)]) if id(module) in aliases else (),
        None if owner is None else owner.path,
        "registered" if trail is None else "unregistered",
        None if trail is None else trail.behind,
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
    tensor, kind, path, owner, trail = found
    lazy = is_lazy(tensor)
    return TensorEntry(
        path,
        tuple(aliases[id(tensor)]) if id(tensor) in aliases else (),
        None if owner is None else owner.path,
        "registered" if trail is None else "unregistered",
        None if trail is None else trail.behind,
        kind,  # type: ignore[arg-type]  # never "module" here
        None if lazy else tuple(tensor.shape),
        _short(tensor.dtype),
        _short(tensor.device),
        tensor.requires_grad,
        tensor.is_leaf,
        0 if lazy else tensor.numel(),
    )


def _numel(tensor: Tensor) -> int:
    return 0 if is_lazy(tensor) else tensor.numel()


@cache
def _short(dtype_or_device: torch.dtype | torch.device) -> str:
    return str(dtype_or_device).removeprefix("torch.")


def reach_of(leaves: list[Tensor], tensors: list[Found]) -> Reach:
    """Hold the leaves that a graph has reached against what a walk found before that forward."""
    known = {id(f.value): f for f in tensors}
    met = [known[id(leaf)] for leaf in leaves if id(leaf) in known]
    hidden = [leaf for leaf in leaves if id(leaf) not in known]
    return Reach(
        reached=sum(_numel(leaf) for leaf in leaves),
        answering=sum(_numel(f.value) for f in met if f.registered and f.kind == "parameter"),
        paths=tuple(f.path for f in met),
        hidden=tuple(
            Hidden(
                shape=tuple(t.shape),
                dtype=_short(t.dtype),
                device=_short(t.device),
                numel=t.numel(),
            )
            for t in hidden
        ),
    )
