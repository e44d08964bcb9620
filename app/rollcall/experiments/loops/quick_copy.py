"""The numbers of the same tensors, copied again and again."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch._utils import _flatten_dense_tensors

Numbers = Tensor | bytes  # bytes are those of float32


class QuickCopy:
    """Copies from where the tensors lie. To ask PyTorch for it takes four times as long.

    Where one has moved to another place in memory, it is looked up again.
    """

    def __init__(self) -> None:
        self._version = -1
        self._addresses: list[int] = []
        self._views: list[Any] | None = None  # None: PyTorch is asked

    def of(self, tensors: list[Tensor], version: int) -> Numbers | None:
        """All numbers in a row; None where they do not go into one.

        Args:
            version: another one where these are other tensors.
        """
        if version != self._version:
            self._version, self._views = version, _views(tensors)
            self._addresses = _addresses(tensors, self._views)
        if self._views is not None and [t.data_ptr() for t in tensors] != self._addresses:
            self._views = _views(tensors)
            self._addresses = _addresses(tensors, self._views)
        if self._views is None:
            return flat(tensors)
        return b"".join(self._views)


def flat(tensors: list[Tensor]) -> Tensor | None:
    """The same by PyTorch."""
    if not tensors:
        return None
    try:
        numbers: Tensor = _flatten_dense_tensors(tensors)  # type: ignore[no-untyped-call]
    except Exception:  # of several types, devices or layouts
        return None
    if numbers.requires_grad:
        return numbers.detach()
    return numbers


def stacked(kept: list[Numbers]) -> Tensor:
    """A row for each copy."""
    if all(isinstance(each, bytes) for each in kept):
        content = bytearray().join(kept)  # type: ignore[arg-type]  # nothing but bytes
        return torch.frombuffer(content, dtype=torch.float32).view(len(kept), -1)
    return torch.stack([_as_tensor(each) for each in kept])


def size_of(numbers: Numbers) -> int:
    """How many there are."""
    if isinstance(numbers, bytes):
        return len(numbers) // 4
    return numbers.numel()


def _as_tensor(numbers: Numbers) -> Tensor:
    if isinstance(numbers, bytes):
        return torch.frombuffer(bytearray(numbers), dtype=torch.float32)
    return numbers


def _views(tensors: list[Tensor]) -> list[Any] | None:
    """Arrays that share their memory; None where one of them is no plain tensor on the CPU."""
    if not tensors or not all(map(_is_plain, tensors)):
        return None
    try:
        return [np.from_dlpack(tensor.detach()) for tensor in tensors]
    except (BufferError, RuntimeError, TypeError):
        return None


def _addresses(tensors: list[Tensor], views: list[Any] | None) -> list[int]:
    if views is None:
        return []
    return [tensor.data_ptr() for tensor in tensors]


def _is_plain(tensor: Tensor) -> bool:
    if type(tensor) not in (Tensor, nn.Parameter) or tensor.device.type != "cpu":
        return False
    if tensor.layout != torch.strided or tensor.dtype != torch.float32:
        return False
    return tensor.is_contiguous() and not tensor.is_neg()
