"""The variables of the code that runs: of a tensor its shape, its numbers, and its graph."""

from array import array
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.report import Report
from rollcall.core.tensors.plain_tensor import plain
from rollcall.core.tensors.tensor_shape import shape_of
from rollcall.core.tensors.transformed import is_transformed
from rollcall.experiments.step.thing import Thing, thing

MOST_LOCALS = 12
ROWS, COLUMNS = 4, 20  # of a picture


class TensorPicture(Report):
    """The first numbers of a tensor, as rows."""

    values: tuple[float, ...]
    columns: int
    of: int  # numbers in the whole tensor


class Local(Report):
    """One variable."""

    name: str
    value: Thing
    turn: int = 0  # how often it became another tensor, or the tensor was changed in place
    dtype: str = ""
    in_graph: bool = False  # backward would pass it
    made_by: str = ""  # the node of the graph; "" for a leaf and for what is not in the graph
    picture: TensorPicture | None = None


class LocalWatch:
    """Looks at the variables of one frame after the other; what is unchanged is the same object."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, object, Local]] = {}

    def look(self, names: Mapping[str, Any], current: nn.Module | None) -> tuple[Local, ...]:
        """At those of a frame; the module whose registries are told anyway is left out."""
        seen: dict[str, tuple[Any, object, Local]] = {}
        for name, value in names.items():
            if value is current or name.startswith((".", "__")):
                continue
            if len(seen) == MOST_LOCALS:
                break
            seen[name] = self._seen(name, value, self._known.get(name))
        self._known = seen
        return tuple(told for _, _, told in seen.values())

    def _seen(
        self, name: str, value: Any, kept: tuple[Any, object, Local] | None
    ) -> tuple[Any, object, Local]:
        state = _state(value)
        if kept is None:
            return value, state, _local(name, value, 0)
        if state is None:
            told = _local(name, value, 0)
            if told == kept[2]:
                told = kept[2]
            return value, state, told
        if kept[0] is value and kept[1] == state:
            return kept
        return value, state, _local(name, value, kept[2].turn + 1)


def _state(value: Any) -> object:
    """What tells whether a tensor is as it was; None where nothing does."""
    if not issubclass(type(value), Tensor):
        return None
    with torch._C.DisableTorchFunctionSubclass():
        if value.is_inference():
            return None
        return value._version, value.requires_grad, value.shape


def _local(name: str, value: Any, turn: int) -> Local:
    told = thing(value)
    if not issubclass(type(value), Tensor):
        return Local(name=name, value=told)
    tensor: Tensor = value
    with torch._C.DisableTorchFunctionSubclass():
        node = tensor.grad_fn
        made_by = ""
        if node is not None:
            made_by = type(node).__name__
        return Local(
            name=name,
            value=told,
            turn=turn,
            dtype=str(tensor.dtype).removeprefix("torch."),
            in_graph=tensor.requires_grad,
            made_by=made_by,
            picture=picture(tensor),
        )


def picture(tensor: Tensor) -> TensorPicture | None:
    """Its first rows, of the first matrix in it; None where it has no numbers to show."""
    if tensor.is_meta or tensor.is_quantized or tensor.is_nested or tensor.is_complex():
        return None
    if tensor.layout != torch.strided or is_transformed(tensor) or shape_of(tensor) is None:
        return None
    if not tensor.numel():
        return None
    rows = plain(tensor)
    while rows.dim() > 2:
        rows = rows[0]
    columns = 1
    if rows.dim():
        columns = min(rows.shape[-1], COLUMNS)
        rows = rows[..., :columns]
    if rows.dim() == 2:
        rows = rows[:ROWS]
    numbers = array("f", rows.to("cpu", torch.float32).flatten().tolist())
    return TensorPicture(values=tuple(numbers), columns=columns, of=tensor.numel())
