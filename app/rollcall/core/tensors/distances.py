"""How far tensors are from what they were, asked again and again."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from rollcall.core.tensors.read_numbers import numbers_of
from rollcall.core.tensors.tensor_compare import are_plain, max_abs_diff


class Distances:
    """Between tensors and their numbers at the start, each as `max_abs_diff` has it.

    All at once, where one subtraction tells all of each. What the starts are is looked at once: to
    look at each step takes 10 µs.
    """

    def __init__(self, starts: Sequence[Tensor]) -> None:
        self._starts = list(starts)
        self._are_plain = all(_is_plain(start) for start in starts)
        self._kinds = _kinds(starts) if self._are_plain else []

    def of(self, values: Sequence[Tensor]) -> list[float | None]:
        """That of each value and the start in its place; None as `max_abs_diff` does."""
        if self._are_plain:
            try:
                gaps = self._at_once(list(values))
            except Exception:  # some are of a kind that cannot be read; the others may be
                gaps = []
            if gaps and all(map(math.isfinite, gaps)):
                return [*gaps]
        return [max_abs_diff(*pair) for pair in zip(values, self._starts, strict=True)]

    def _at_once(self, values: list[Tensor]) -> list[float]:
        """Empty where another tensor's numbers have taken the place of one's own."""
        if _kinds(values) != self._kinds:
            return []
        with torch.no_grad():
            differences = torch._foreach_sub(values, self._starts)
            return numbers_of(torch._foreach_norm(differences, math.inf))


def _is_plain(tensor: Tensor) -> bool:
    try:
        return are_plain(tensor, tensor)
    except Exception:  # such as a nested one, which has no shape
        return False


def _kinds(tensors: Sequence[Tensor]) -> list[tuple[torch.dtype, torch.Size]]:
    return [(tensor.dtype, tensor.shape) for tensor in tensors]
