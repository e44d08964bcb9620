"""How near one tensor comes to another, by the rule of `torch.testing.assert_close`."""

import math

import torch
from torch import Tensor

from rollcall.core.report import Report

# Relative and absolute, as the documentation of torch.testing.assert_close lists them.
TOLERANCES = {
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
}
EXACT = (0.0, 0.0)
DOUBLE = (1e-10, 1e-10)  # for what must not have been float32 on the way, which 1e-7 lets pass


class Closeness(Report):
    """The element that comes nearest to breaking the rule, or breaks it most."""

    within: bool  # every element obeys |actual - expected| <= atol + rtol * |expected|
    place: tuple[int, ...]
    actual: float
    expected: float
    apart: float
    allowed: float
    unit: float  # what both were divided by before they were compared


def closeness(
    actual: Tensor,
    expected: Tensor,
    *,
    relative: bool = False,
    tolerance: tuple[float, float] | None = None,
) -> Closeness | None:
    """Compare two tensors of the same shape; nan is close to nan alone.

    Args:
        actual: on any device, of the type of `expected`.
        expected: the authority; its type decides the tolerances.
        relative: divide both by the largest finite element of `expected` first. This is for tensors
            that are tiny or huge all over.
        tolerance: another one than that of the type, relative and absolute.

    Returns:
        None where there is no element.
    """
    shape = expected.shape
    if not expected.numel():
        return None
    rtol, atol = tolerance or TOLERANCES.get(expected.dtype, EXACT)
    actual, expected = _in_a_row(actual), _in_a_row(expected)
    unit = 1.0
    if relative:
        unit = _max_abs(expected)
    close = torch.isclose(actual / unit, expected / unit, rtol=rtol, atol=atol, equal_nan=True)
    a, b = actual.double() / unit, expected.double() / unit
    apart = _apart(a, b)
    # Nothing is near nan and inf but themselves.
    allowed = (atol + rtol * b.abs()).nan_to_num(0, posinf=0)
    excess = torch.where(apart == 0, 0, apart / allowed).nan_to_num(math.inf, posinf=math.inf)
    within = bool(close.all())
    if not within:
        excess = excess.masked_fill(close, -1)
    worst = int(excess.argmax())
    return Closeness(
        within=within,
        place=tuple(int(index) for index in torch.unravel_index(torch.tensor(worst), shape)),
        actual=float(actual[worst]),
        expected=float(expected[worst]),
        apart=float(apart[worst]),
        allowed=float(allowed[worst]),
        unit=unit,
    )


def _in_a_row(tensor: Tensor) -> Tensor:
    """Its elements; what a sparse one leaves out is 0."""
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    return tensor.detach().cpu().flatten()


def _apart(a: Tensor, b: Tensor) -> Tensor:
    """Element by element; equal infinities are not apart, and nan is not apart from nan."""
    equal = (a == b) | (a.isnan() & b.isnan())
    return (a - b).abs().masked_fill(equal, 0)


def _max_abs(values: Tensor) -> float:
    """Of the finite elements; 1 where there are none but zeros, so that one can divide by it."""
    finite = values[values.isfinite()].abs()
    if not finite.any():
        return 1.0
    return float(finite.max())
