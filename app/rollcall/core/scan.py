"""The registry of one model as a report: every module and tensor, and who is missing from it."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import computed_field
from torch import Tensor, nn

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.eagerly import eagerly
from rollcall.core.entries import Entries, ModuleEntry, ModuleStatus, TensorEntry
from rollcall.core.first_forward import paths_after
from rollcall.core.kept.kept_state import kept_state
from rollcall.core.remade import RemadeTensors
from rollcall.core.report import Report
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.unwrapped import unwrapped
from rollcall.core.used_parameters import UsedParameters, used_parameters
from rollcall.core.walk.object_walk import HidingPlace, Registration, Walk, walk, walk_with_holders
from rollcall.core.walk.raw_read import name_of_class

__all__ = [
    "ModuleEntry",
    "ModuleStatus",
    "Scan",
    "TensorEntry",
    "modules_of_walk",
    "scan",
    "scan_of_walk",
]


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
        return sum(t.numel for t in self.trainable("registered") if t.kind == "parameter")

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def unregistered(self) -> int:
        """The same sum over the tensors that the walk found and the registries do not list."""
        return sum(t.numel for t in self.trainable("unregistered"))

    def trainable(self, status: Registration) -> Iterator[TensorEntry]:
        """The tensors that an optimizer could change."""
        return (t for t in self.tensors if t.requires_grad and t.is_leaf and t.status == status)

    @property
    def missing(self) -> tuple[ModuleEntry | TensorEntry, ...]:
        """The unregistered state: all findings, the modules first."""
        modules = (module for module in self.modules if module.is_finding)
        tensors = (tensor for tensor in self.tensors if tensor.is_finding)
        return (*modules, *tensors)

    @property
    def hiding_places(self) -> tuple[HidingPlace, ...]:
        """The attributes that keep it from the registries, each once."""
        places = [entry.unregistered_at for entry in self.missing]
        return tuple(dict.fromkeys(place for place in places if place))

    def __str__(self) -> str:
        """The report as a table for a terminal."""
        lines = [self.headline_line]
        unheard = [f"{m.path} ({m.class_name})" for m in self.modules if m.status == "unregistered"]
        if unheard:
            lines.append("unregistered modules: " + ", ".join(unheard))
        # What is missing comes first: nobody reads on after forty rows that answer.
        in_order = sorted(self.tensors, key=lambda tensor: not tensor.is_finding)
        rows = [_cells(tensor) for tensor in in_order]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    @property
    def headline_line(self) -> str:
        """The first line of the text."""
        return f"{self.class_name}: {self.headline}"

    @property
    def headline(self) -> str:
        """How much of what is trainable answers, or is registered where no forward was run."""
        if self.used:
            counts = f"{self.used.answering:,} of {self.used.reached:,} trainable numbers answer"
            if self.missing and self.used.answering == self.used.reached:
                return f"{counts}, {silent(self.missing)}"
            return counts
        total = self.registered + self.unregistered
        return f"{self.registered:,} of {total:,} trainable numbers found are registered"


def silent(missing: Sequence[ModuleEntry | TensorEntry]) -> str:
    """How many modules do not answer; where there are none, how many tensors."""
    count, noun = sum(isinstance(entry, ModuleEntry) for entry in missing), "module"
    if not count:
        count, noun = len(missing), "tensor"
    if count == 1:
        return f"1 {noun} does not"
    return f"{count:,} {noun}s do not"


def scan(model: nn.Module, *inputs: Any) -> Scan:
    """Take the roll of `model`, without changing it.

    Args:
        model: any module; it is walked, not called. One that torch.compile, DataParallel or DDP
            has wrapped is taken out, so that its names are those of its file.
        inputs: positional arguments for one forward. Where given, the model runs that forward, and
            the leaves of the output's autograd graph are counted as `used`. What is compiled runs
            eagerly. Whatever the forward changes is put back.

    Raises:
        TypeError: `model` is not an nn.Module.
        Exception: whatever the forward raises on `inputs`.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"scan() takes a torch.nn.Module, not {type(model).__name__}")
    model = unwrapped(model)
    collects = gc.isenabled()
    with _collecting(False):
        if not inputs:
            return scan_of_walk(model, walk(model))
        walked, holders = walk_with_holders(model)
        with kept_state(walked, holders, tensors_in(inputs)), eagerly():
            with _collecting(collects):  # what a forward leaves behind may be large
                leaves, remade = _run(model, inputs, walked)
            after = paths_after(model, walked, leaves)
        return scan_of_walk(model, walked, used_parameters(leaves, walked.tensors, remade, after))


@contextmanager
def _collecting(looks: bool) -> Iterator[None]:
    """Inside the block Python looks for garbage, or it does not.

    A scan makes tens of thousands of records, and all of them stay: there is no garbage.
    """
    before = gc.isenabled()
    _collect(looks)
    try:
        yield
    finally:
        _collect(before)


def _collect(looks: bool) -> None:
    if looks:
        gc.enable()
    else:
        gc.disable()


def _run(
    model: nn.Module, inputs: Sequence[Any], walked: Walk
) -> tuple[list[Tensor], frozenset[str]]:
    """The leaves that a forward reaches, and the paths of the tensors that it makes anew.

    The second needs another forward, which is run only where there is such a tensor.
    """
    remade = RemadeTensors(model, walked)
    if not remade.is_asked:
        return leaves_of(tensors_in(model(*inputs))), frozenset()
    with seeded(0):
        leaves = leaves_of(tensors_in(model(*inputs)))
    remade.look()
    try:
        with seeded(0):
            model(*inputs)
    except Exception:  # it ran once, and no more was asked
        return leaves, frozenset()
    remade.look()
    return leaves, remade.paths


def scan_of_walk(model: nn.Module, walked: Walk, used: UsedParameters | None = None) -> Scan:
    """The report on a model from a walk over it, and from what a forward has used."""
    remade: tuple[str, ...] = ()
    if used is not None:
        remade = used.remade
    entries = Entries(walked, remade)
    return Scan.model_construct(  # made here a moment ago: nothing to validate
        class_name=name_of_class(type(model)),
        modules=entries.modules(walked.modules),
        tensors=entries.tensors(walked.tensors),
        used=used,
    )


def modules_of_walk(walked: Walk) -> tuple[ModuleEntry, ...]:
    """The modules of such a report alone, where no forward was run."""
    return Entries(walked, ()).modules(walked.modules)


def _cells(tensor: TensorEntry) -> tuple[str, ...]:
    """A row of the table for a terminal."""
    shape = "?"
    if tensor.shape is not None:
        shape = str(list(tensor.shape))
    return (tensor.path, tensor.kind, tensor.status, shape, tensor.dtype, tensor.device)
