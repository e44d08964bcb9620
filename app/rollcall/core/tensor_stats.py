"""What a class sees of a tensor: its shape, its mean, its zeros, a small histogram."""

import math

import torch
from torch import Tensor

from rollcall.core.report import Report

BINS = 15  # odd, so that zero has a bin of its own


class TensorFacts(Report):
    """One tensor in numbers; nan where there is nothing to average."""

    name: str  # where it stands in what was returned: "" alone, "[0]", "['logits']"
    shape: tuple[int, ...]
    dtype: str
    mean: float
    std: float  # unbiased, as Tensor.std() has it; nan for fewer than two numbers
    zeros: float  # fraction
    not_finite: int  # how many are nan or inf
    histogram: tuple[
        int, ...
    ]  # of the finite numbers from -reach to reach; empty where there are none
    reach: float


def facts(name: str, tensor: Tensor) -> TensorFacts:
    """Look at a tensor, without changing it."""
    shape, dtype = tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    values = numbers(tensor)
    if values is None or not values.numel():
        nothing = math.nan
        return TensorFacts(
            name=name,
            shape=shape,
            dtype=dtype,
            mean=nothing,
            std=nothing,
            zeros=nothing,
            not_finite=0,
            histogram=(),
            reach=0.0,
        )
    finite = values[values.isfinite()]
    reach = float(finite.abs().max()) if finite.numel() else 0.0
    return TensorFacts(
        name=name,
        shape=shape,
        dtype=dtype,
        mean=float(values.mean()),
        std=float(values.std()) if values.numel() > 1 else math.nan,
        zeros=float((values == 0).double().mean()),
        not_finite=values.numel() - finite.numel(),
        histogram=_histogram(finite, reach),
        reach=reach,
    )


def numbers(tensor: Tensor) -> Tensor | None:
    """Its numbers in a row, as float64 on the CPU; None where it has none to show."""
    if (
        tensor.is_meta
        or tensor.is_complex()
        or tensor.is_quantized
        or tensor.layout != torch.strided
    ):
        return None
    return tensor.detach().to("cpu", torch.float64).flatten()


def _histogram(finite: Tensor, reach: float) -> tuple[int, ...]:
    if not finite.numel():
        return ()
    around = reach or 1.0  # of nothing but zeros: all in the middle
    return tuple(int(count) for count in torch.histc(finite, BINS, -around, around).tolist())
