"""One answer to "are these two the same?": no other code compares tensors bit for bit.

NaN equals NaN in the same place, and 0.0 equals -0.0. So for two tensors of one shape, dtype and
layout, `same` says yes exactly where `max_abs_diff` says 0. `closeness` compares with a tolerance.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from rollcall.core.tensors.plain_tensor import plain

Pair = tuple[Tensor, Tensor]
# A flip of this bit makes an unsigned number a signed one, and keeps the order of two numbers.
SIGN = -(2**63)
_PLAIN_TYPES = frozenset((torch.float32, torch.float64))


def same(one: Any, other: Any) -> bool:
    """Whether two tensors have the same shape, dtype, layout and elements, on whichever device.

    False for what is no tensor, and where there are no values to compare: on meta, in a lazy
    parameter or in a simulated tensor.
    """
    if not isinstance(one, Tensor) or not isinstance(other, Tensor):
        return False
    if one.dtype != other.dtype or one.layout != other.layout:
        return False
    return max_abs_diff(one, other) == 0


def all_same(some: Sequence[Tensor], others: Sequence[Tensor]) -> bool:
    """Whether two lists are equally long, and each tensor is the same as the one in its place."""
    if len(some) != len(others):
        return False
    return all(same(one, other) for one, other in zip(some, others, strict=True))


def max_abs_diff(one: Tensor, other: Tensor) -> float | None:
    """The largest difference of two elements in the same place; 0 where there are none.

    Between NaN and a number it is infinite. So it is between infinity and another number. Integers
    are subtracted exactly, float32 as float32, others in float64. The difference of two complex
    numbers is an absolute value.

    Returns:
        None where the shapes differ or there are no values to compare.
    """
    try:
        one, other = plain(one), plain(other)
        if are_plain(one, other):
            gap = float(torch.linalg.vector_norm(one - other, math.inf))
            if math.isfinite(gap):
                return gap
        pairs = _pairs(one, other)
        if pairs is None:
            return None
        return max((_largest_gap(*pair) for pair in pairs), default=0.0)
    except Exception:  # of a kind of tensor that cannot be read, such as a lazy one
        return None


def is_zero(tensor: Tensor) -> bool:
    """Whether every element is exactly 0; so it is where there is none."""
    return max_abs_diff(tensor, torch.zeros_like(tensor)) == 0


def all_max_abs_diff(some: Sequence[Tensor], others: Sequence[Tensor]) -> float | None:
    """The largest difference between two lists of tensors.

    Returns:
        None as `max_abs_diff` does, and where one list is longer.
    """
    if len(some) != len(others):
        return None
    largest = 0.0
    for one, other in zip(some, others, strict=True):
        gap = max_abs_diff(one, other)
        if gap is None:
            return None
        largest = max(largest, gap)
    return largest


def have_numbers(tensors: Sequence[Tensor]) -> bool:
    """Whether there is a tensor among them whose values can be read, so that one can compare it."""
    return any(max_abs_diff(each, each) == 0 for each in tensors)


def are_plain(one: Tensor, other: Tensor) -> bool:
    """Whether one subtraction tells all, unless an element is infinite or NaN."""
    dtype = one.dtype
    if other.dtype is not dtype or dtype not in _PLAIN_TYPES or one.is_nested or other.is_nested:
        return False
    if one.layout is not torch.strided or other.layout is not torch.strided:
        return False
    return one.device == other.device and one.shape == other.shape and one.numel() > 0


def _pairs(one: Tensor, other: Tensor) -> list[Pair] | None:
    """The numbers of both as strided tensors of equal shapes; None where the shapes differ."""
    if one.is_nested or other.is_nested:
        return _pairs_of_nested(one, other)
    if one.shape != other.shape:
        return None
    if one.device != other.device or one.device.type == "mps":  # which knows no float64
        one, other = one.cpu(), other.cpu()
    if one.layout == other.layout == torch.strided:
        return [(_readable(one), _readable(other))]
    return [_side_by_side(_sparse(one), _sparse(other))]


def _pairs_of_nested(one: Tensor, other: Tensor) -> list[Pair] | None:
    """A nested tensor has no shape of its own, but its parts have."""
    if not (one.is_nested and other.is_nested and one.size(0) == other.size(0)):
        return None
    all_pairs: list[Pair] = []
    for parts in zip(one.unbind(), other.unbind(), strict=True):
        pairs = _pairs(*parts)
        if pairs is None:
            return None
        all_pairs.extend(pairs)
    return all_pairs


def _readable(tensor: Tensor) -> Tensor:
    if tensor.is_quantized:
        return tensor.dequantize()
    return tensor


def _sparse(tensor: Tensor) -> Tensor:
    """In coordinates, with one number at each."""
    if tensor.layout == torch.sparse_coo and tensor.dense_dim() == 0:
        return tensor.coalesce()
    if tensor.layout in (torch.sparse_coo, torch._mkldnn):  # type: ignore[attr-defined]
        tensor = tensor.to_dense()
    return tensor.to_sparse().coalesce()


def _side_by_side(one: Tensor, other: Tensor) -> Pair:
    """The numbers that two sparse tensors hold, in the same order, 0 where one of them holds none.

    Never made dense: the matrix of a graph may have more cells than there is memory.
    """
    places = torch.cat([one.indices(), other.indices()], dim=1)
    if not places.numel():
        return one.values(), other.values()
    cells, cell_of = torch.unique(places, dim=1, return_inverse=True)
    split = one.indices().shape[1]
    return (
        one.values().new_zeros(cells.shape[1]).index_copy(0, cell_of[:split], one.values()),
        other.values().new_zeros(cells.shape[1]).index_copy(0, cell_of[split:], other.values()),
    )


def _largest_gap(one: Tensor, other: Tensor) -> float:
    if not one.numel():
        return 0.0
    if one.is_complex() or other.is_complex():
        return _complex_gap(one, other)
    if one.is_floating_point() or other.is_floating_point() or _unlike_signs(one, other):
        return _float_gap(one, other)
    return _integer_gap(one, other)


def _unlike_signs(one: Tensor, other: Tensor) -> bool:
    """Whether one may be too large for int64 and the other less than 0."""
    return one.dtype != other.dtype and torch.uint64 in (one.dtype, other.dtype)


def _float_gap(one: Tensor, other: Tensor) -> float:
    gap = float(torch.linalg.vector_norm(one.double() - other.double(), math.inf))
    if math.isfinite(gap):
        return gap
    return float(_gaps(one.double(), other.double()).max())


def _complex_gap(one: Tensor, other: Tensor) -> float:
    """NaN may stand in the real part, in the imaginary one or in both."""
    parts = [torch.view_as_real(each.to(torch.complex128).resolve_conj()) for each in (one, other)]
    return float(_gaps(*parts).norm(dim=-1).max())


def _gaps(one: Tensor, other: Tensor) -> Tensor:
    """Number by number."""
    equal = (one == other) | (one.isnan() & other.isnan())  # infinity minus itself is not a number
    return (one - other).abs().nan_to_num(math.inf, posinf=math.inf).masked_fill(equal, 0)


def _integer_gap(one: Tensor, other: Tensor) -> float:
    """The larger minus the smaller is never negative, and fits into 64 bits without a sign."""
    first, second = _signed(one), _signed(other)
    gaps = first.maximum(second) - first.minimum(second)
    return float((int((gaps ^ SIGN).max()) ^ SIGN) % 2**64)


def _signed(integers: Tensor) -> Tensor:
    """As int64; what has 64 bits and no sign is moved down by 2**63."""
    if integers.dtype == torch.uint64:
        return integers.view(torch.int64) ^ SIGN
    return integers.long()
