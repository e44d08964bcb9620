"""The registry of one model as a report: every module and tensor, and who is missing from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import computed_field
from torch import Tensor, nn

from rollcall.core.autograd_leaves import reached_leaves
from rollcall.core.module_facts import extra_repr, is_training
from rollcall.core.object_walk import Aliases, Found, HidingPlace, Registration, walk
from rollcall.core.pytorch_names import short_name
from rollcall.core.report import Report
from rollcall.core.tensor_shape import Shape, shape_of
from rollcall.core.used_parameters import UsedParameters, used_parameters

REGISTERED: Registration = "registered"
UNREGISTERED: Registration = "unregistered"
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
    shape: Shape | None  # None for a lazy parameter, which has none yet
    dtype: str
    device: str
    requires_grad: bool
    is_leaf: bool  # False for what was computed from something else, such as a cached activation
    numel: int


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
    leaves = None
    if inputs:
        leaves = reached_leaves(model, inputs)
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
    shape = "?"
    if tensor.shape is not None:
        shape = str(list(tensor.shape))
    return (tensor.path, tensor.kind, tensor.status, shape, tensor.dtype, tensor.device)


def _standing(found: Found) -> tuple[str | None, Registration, HidingPlace | None]:
    """The path of its owner, whether PyTorch knows it, and the attribute that hides it if not."""
    holder = None
    if found.owner is not None:
        holder = found.owner.path
    if found.trail is None:
        return holder, REGISTERED, None
    return holder, UNREGISTERED, found.trail.unregistered_at


def _module_entry(found: Found, aliases: Aliases, holds_tensors: bool) -> ModuleEntry:
    module = found.value
    holder, status, place = _standing(found)
    return ModuleEntry(
        found.path,
        tuple(aliases.get(id(module), ())),
        holder,
        status,
        place,
        type(module).__name__,
        is_training(module),
        extra_repr(module),
        holds_tensors or asks_for_mode(getattr(type(module), "forward", None)),
    )


def _tensor_entry(found: Found, aliases: Aliases) -> TensorEntry:
    tensor = found.value
    holder, status, place = _standing(found)
    shape, numel = shape_of(tensor), 0
    if shape is not None:
        numel = int(tensor.numel())
    return TensorEntry(
        found.path,
        tuple(aliases.get(id(tensor), ())),
        holder,
        status,
        place,
        found.kind,  # type: ignore[arg-type]  # never "module" here
        shape,
        short_name(tensor.dtype),
        short_name(tensor.device),
        tensor.requires_grad,
        tensor.is_leaf,
        numel,
    )


def asks_for_mode(forward: Callable[..., Any] | None) -> bool:
    """Whether a forward reads `self.training`."""
    code = getattr(forward, "__code__", None)
    return code is not None and "training" in code.co_names
