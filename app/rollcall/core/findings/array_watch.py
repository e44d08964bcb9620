"""Arrays and lists of numbers that a forward makes tensors of: weights that PyTorch never sees."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from rollcall.core.findings.kinds import ArrayAsWeight
from rollcall.core.lecture_line import line_of
from rollcall.core.model_raised import ModelRaised
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.transformed import is_transforming
from rollcall.core.walk.found import Walk
from rollcall.core.walk.raw_read import module_dict

DIMENSIONS = 2  # of a weight; a single row of numbers may be anything, unless it is drawn
MOST_ELEMENTS = 1_000_000  # of an array that is compared


class _Held(NamedTuple):
    """An array or list that outlives a forward."""

    holder: Any
    values: Tensor


class ArrayWatch(TorchFunctionMode):
    """While it is entered, it compares what functions are given with the arrays that were there.

    How a tensor was made of an array is not asked: `torch.from_numpy` and `torch.FloatTensor` are
    calls that no mode sees.

    Args:
        holders: whatever a walk came through.
        filename: the lecture file that lines are of.
        build_other: makes a model with other weights: an array that differs there was drawn as one.
    """

    def __init__(
        self, holders: Sequence[Any], filename: str, build_other: Callable[[], nn.Module]
    ) -> None:
        super().__init__()
        self._build_other = build_other
        self._held = list(_numbers(holders))
        self._filename = filename
        self._met: dict[int, int | None] = {}  # line of the first use, by the id of the holder

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if self._held and not is_transforming():
            for tensor in tensors_in((args, kwargs)):
                self._compare(tensor)
        return func(*args, **(kwargs or {}))

    def findings(self, walked: Walk) -> Iterator[ArrayAsWeight]:
        """One for each that was met, with its name where an attribute of a module is one."""
        for held in self._held:
            if id(held.holder) in self._met:
                path = _path(held.holder, walked)
                if held.values.dim() < DIMENSIONS and not self._is_drawn(path, held.values):
                    continue
                yield ArrayAsWeight(
                    path=path,
                    class_name=type(held.holder).__name__,
                    shape=tuple(held.values.shape),
                    line=self._met[id(held.holder)],
                )

    def _is_drawn(self, path: str | None, values: Tensor) -> bool:
        """Whether another model has other numbers in the same attribute."""
        owner, _, name = (path or "").rpartition(".")
        with suppress(ModelRaised, AttributeError):
            other = module_dict(self._build_other().get_submodule(owner)).get(name)
            return type(other) is np.ndarray and not _has_values(_of_array(other), values)
        return False

    def _compare(self, tensor: Tensor) -> None:
        if tensor.grad_fn is not None or not tensor.dim() or not _is_plain(tensor):
            return
        for held in self._held:
            is_known = id(held.holder) in self._met
            if not is_known and _has_values(tensor, held.values):
                self._met[id(held.holder)] = line_of(self._filename)


def _numbers(holders: Sequence[Any]) -> Iterator[_Held]:
    for holder in holders:
        values = None
        if type(holder) is np.ndarray:
            values = _of_array(holder)
        elif type(holder) is list:
            values = _of_list(holder)
        if values is not None and (values.dim() >= DIMENSIONS or _is_row_of_numpy(holder, values)):
            yield _Held(holder, values)


def _is_row_of_numpy(holder: Any, values: Tensor) -> bool:
    return type(holder) is not list and values.dim() == 1 and values.numel() > 1


def _of_array(array: "np.ndarray[Any, Any]") -> Tensor | None:
    if array.dtype.kind != "f" or not 0 < array.size <= MOST_ELEMENTS:
        return None
    return torch.tensor(array.tolist(), dtype=torch.float64)


def _of_list(rows: list[Any]) -> Tensor | None:
    """Rows of equally many floats."""
    lengths = {len(row) for row in rows if type(row) is list}
    if len(lengths) != 1 or not all(map(_is_row, rows)):
        return None
    if len(rows) * max(lengths) > MOST_ELEMENTS:
        return None
    return torch.tensor(rows, dtype=torch.float64)


def _is_row(row: Any) -> bool:
    return type(row) is list and bool(row) and all(type(each) is float for each in row)


def _is_plain(tensor: Tensor) -> bool:
    is_dense = tensor.layout == torch.strided and not tensor.is_nested
    return is_dense and tensor.is_floating_point() and tensor.device.type == "cpu"


def _has_values(tensor: Tensor | None, values: Tensor) -> bool:
    if tensor is None or tensor.shape != values.shape:
        return False
    with torch.no_grad(), torch._C.DisableTorchFunction():
        return torch.equal(tensor.double(), values.to(tensor.dtype).double())


def _path(holder: Any, walked: Walk) -> str | None:
    for found in walked.modules:
        for name, value in module_dict(found.value).items():
            path: str = name
            if found.path:
                path = f"{found.path}.{name}"
            if value is holder:
                return path
            if type(value) is dict and any(each is holder for each in value.values()):
                return path
            if type(value) in (list, tuple) and any(each is holder for each in value):
                return path
    return None
