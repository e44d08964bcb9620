"""What a class sees of a tensor: its shape, its mean, its zeros, a small histogram."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from rollcall.core.report import Report
from rollcall.core.tensors.plain_tensor import plain
from rollcall.core.tensors.read_numbers import numbers_of
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.tensors.transformed import is_transformed

BINS = 15  # odd, so that zero has a bin of its own


class TensorFacts(Report):
    """One tensor in numbers; nan where there is nothing to average."""

    name: str  # where it stands in what was returned: "" alone, "[0]", "['logits']"
    shape: Shape
    dtype: str
    mean: float
    std: float  # unbiased, as Tensor.std() has it; nan for fewer than two elements
    zeros: float  # fraction
    not_finite: int  # how many are nan or inf
    # of the finite elements from -max_abs to max_abs; empty where there are none
    histogram: tuple[int, ...]
    max_abs: float  # the largest absolute value of a finite element; 0 where there are none


def facts(name: str, tensor: Tensor) -> TensorFacts:
    """Look at a tensor, without changing it."""
    values = elements(tensor)
    if values is None:
        values = torch.empty(0, dtype=torch.float64)
    finite, max_abs = _finite(values)
    return TensorFacts(
        name=name,
        shape=shape_of(tensor) or (),
        dtype=str(tensor.dtype).removeprefix("torch."),
        mean=_mean(values),
        std=std_of(values),
        zeros=_zeros(values),
        not_finite=values.numel() - finite.numel(),
        histogram=_histogram(finite, max_abs),
        max_abs=max_abs,
    )


def elements(tensor: Tensor) -> Tensor | None:
    """Its elements in a row, as float64 on the CPU; None where it has none to show."""
    if tensor.is_meta or tensor.is_complex() or tensor.is_quantized or tensor.is_nested:
        return None
    if tensor.layout != torch.strided or is_transformed(tensor):
        return None
    return plain(tensor).to("cpu", torch.float64).flatten()


def std_of(values: Tensor) -> float:
    """Unbiased, as Tensor.std() has it; nan for fewer than two elements, of which torch warns."""
    if values.numel() < 2:
        return math.nan
    return float(values.std())


def norms(tensors: Sequence[Tensor | None]) -> list[float | None]:
    """The Euclidean norm of each: all at once where they are alike enough for that.

    A training asks for every gradient at each step, and there may be none.
    """
    there = [tensor for tensor in tensors if tensor is not None]
    if not there:  # as at most backwards of a loop
        return [None] * len(tensors)
    known = iter(_norms(there))
    return [None if tensor is None else next(known) for tensor in tensors]


def _norms(tensors: list[Tensor]) -> list[float]:
    try:
        return numbers_of(torch._foreach_norm(tensors))
    except Exception:  # one of them is sparse, say
        return [float(each.norm()) for each in tensors]


def _mean(values: Tensor) -> float:
    return float(values.mean())  # nan where there are none


def _zeros(values: Tensor) -> float:
    if not values.numel():
        return math.nan
    return (values.numel() - int(values.count_nonzero())) / values.numel()


def _finite(values: Tensor) -> tuple[Tensor, float]:
    """The finite ones, and the largest absolute value of them; 0 where there are none."""
    if not values.numel():
        return values, 0.0
    smallest, largest = values.aminmax()
    max_abs = max(abs(float(smallest)), abs(float(largest)))
    if math.isfinite(max_abs):
        return values, max_abs
    finite = values[values.isfinite()]
    if not finite.numel():
        return finite, 0.0
    return finite, float(finite.abs().max())


def _histogram(finite: Tensor, max_abs: float) -> tuple[int, ...]:
    if not finite.numel():
        return ()
    edge = max_abs or 1.0  # of nothing but zeros: all in the middle
    return tuple(int(count) for count in torch.histc(finite, BINS, -edge, edge).tolist())
