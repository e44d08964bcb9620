"""Numbers that a move to another type turns into something else."""

import torch
from torch import Tensor

from rollcall.core.tensors.plain_tensor import plain
from rollcall.experiments.device.report import LostNumbers

NOTHING_LOST = LostNumbers(to_infinity=0, to_zero=0, imaginary=0)


def lost_numbers(before: Tensor | None, after: Tensor) -> LostNumbers | None:
    """Compare the elements; None where a tensor has none, or is not strided."""
    if before is None or before.layout != torch.strided or before.is_meta or before.is_nested:
        return None
    before, after = plain(before).cpu(), plain(after).cpu()
    imaginary = 0
    if before.is_complex() and not after.is_complex():
        imaginary = int(before.imag.count_nonzero())
    before, after = _real(before), _real(after)
    if not imaginary and torch.equal(before, after):
        return NOTHING_LOST
    return LostNumbers(
        to_infinity=int((before.isfinite() & ~after.isfinite()).sum()),
        to_zero=int(((before != 0) & (after == 0)).sum()),
        imaginary=imaginary,
    )


def _real(tensor: Tensor) -> Tensor:
    if tensor.is_complex():
        return tensor.real.double()
    return tensor.double()
