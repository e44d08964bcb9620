"""Tensors inside what torch.func transforms, such as vmap: their numbers cannot be read there."""

import torch
from torch import Tensor


def is_transforming() -> bool:
    """Whether a function runs that torch.func transforms."""
    return torch._C._functorch.peek_interpreter_stack() is not None


def is_transformed(tensor: Tensor) -> bool:
    """Whether vmap, grad or the like has wrapped it, for as long as its function runs."""
    return torch._C._functorch.is_functorch_wrapped_tensor(tensor)


def untransformed(tensor: Tensor) -> Tensor:
    """The tensor that all the wrappers are around; itself where there is none."""
    while is_transformed(tensor):
        tensor = torch._C._functorch.get_unwrapped(tensor)
    return tensor
