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

    within: bool  # every element obeys |mine - theirs| <= atol + rtol * |theirs|
    place: tuple[int, ...]
    mine: float
    theirs: float
    apart: float
    allowed: float
    unit: float  # what both were divided by before they were compared


def closeness(
    mine: Tensor,
    theirs: Tensor,
    *,
    relative: bool = False,
    tolerance: tuple[float, float] | None = None,
) -> Closeness | None:
    """Compare two tensors of the same shape; nan is close to nan alone. None where there is no element.

    Args:
        mine: on any device, of the type of `theirs`.
        theirs: the authority; its type decides the tolerances.
        relative: divide both by the largest finite number of `theirs` first: for what is tiny or huge all over.
        tolerance: another one than that of the type, relative and absolute.
    """
    shape = theirs.shape
    if not theirs.numel():
        return None
    rtol, atol = tolerance or TOLERANCES.get(theirs.dtype, EXACT)
    mine, theirs = (tensor.detach().cpu().flatten() for tensor in (mine, theirs))
    unit = _largest(theirs) if relative else 1.0
    close = torch.isclose(mine / unit, theirs / unit, rtol=rtol, atol=atol, equal_nan=True)
    a, b = mine.double() / unit, theirs.double() / unit
    apart = (a - b).abs().masked_fill((a == b) | (a.isnan() & b.isnan()), 0)
    allowed = (atol + rtol * b.abs()).nan_to_num(
        0, posinf=0
    )  # nothing is near nan and inf but themselves
    excess = torch.where(apart == 0, 0, apart / allowed).nan_to_num(math.inf, posinf=math.inf)
    worst = int(excess.masked_fill(close, -1).argmax() if not close.all() else excess.argmax())
    return Closeness(
        within=bool(close.all()),
        place=tuple(int(index) for index in torch.unravel_index(torch.tensor(worst), shape)),
        mine=float(mine[worst]),
        theirs=float(theirs[worst]),
        apart=float(apart[worst]),
        allowed=float(allowed[worst]),
        unit=unit,
    )


def _largest(values: Tensor) -> float:
    finite = values[values.isfinite()].abs()
    return float(finite.max()) if finite.numel() and finite.max() > 0 else 1.0
