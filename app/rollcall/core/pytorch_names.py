"""Which modules are PyTorch's own, and how a lecture writes PyTorch's functions."""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn


def of_pytorch(value: nn.Module | Tensor) -> bool:
    """Whether its class is PyTorch's own affair rather than the lecture's."""
    return type(value).__module__.partition(".")[0] == "torch"


def name_of(function: Any) -> str:
    """A torch function as a lecture writes it: F.relu, torch.where, `add` for x + y and x.add."""
    home = getattr(function, "__module__", None) or ""
    name = getattr(function, "__name__", type(function).__name__)
    if home in ("torch.nn.functional", "torch._C._nn"):
        return f"F.{name}"
    if home == "torch.nn.init":
        return f"init.{name}"
    if home == "torch":
        return f"torch.{name}"
    return name.removeprefix("__").removesuffix("__")


@cache
def short_name(dtype_or_device: torch.dtype | torch.device) -> str:
    """As one says it: float32, cuda:0."""
    return str(dtype_or_device).removeprefix("torch.")
