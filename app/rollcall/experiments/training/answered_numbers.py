"""Some numbers of an answer, for the picture of answers over goals."""

from array import array
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

MOST_ANSWERS = 48  # more would be a cloud


def some_of(tensors: Sequence[Tensor]) -> "array[float]":
    """Numbers from all over an answer, and always from the same places."""
    numbers = [values for tensor in tensors if (values := _real_elements(tensor)) is not None]
    if not numbers:  # which torch.cat does not take
        return array("f")
    one = numbers[0]
    if len(numbers) > 1:
        one = torch.cat([each.flatten() for each in numbers])
    if one.numel() <= MOST_ANSWERS:
        return array("f", one.flatten().tolist())
    # Not flattened before: it is asked at each step, of which an operation takes a hundredth.
    return array("f", one.take(_places(one.numel(), one.device)).tolist())


def _real_elements(tensor: Tensor) -> Tensor | None:
    if tensor.layout != torch.strided or tensor.is_nested or tensor.is_meta:
        return None
    if tensor.is_quantized:
        return tensor.dequantize()
    if tensor.dtype is torch.float32:  # by far the most
        return tensor.detach()
    return tensor.detach().real.float()


@lru_cache(maxsize=64)
def _places(numbers: int, device: torch.device) -> Tensor:
    shown = min(numbers, MOST_ANSWERS)
    places = torch.linspace(0, numbers - 1, shown, dtype=torch.float64, device="cpu")
    return places.round().long().to(device)
