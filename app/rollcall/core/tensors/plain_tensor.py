"""A tensor's numbers without the methods of a subclass that a lecture writes."""

import torch
from torch import Tensor

from rollcall.core.pytorch_names import of_pytorch


def plain(tensor: Tensor) -> Tensor:
    """The same numbers, outside of any graph."""
    if of_pytorch(tensor):
        return tensor.detach()
    with torch._C.DisableTorchFunctionSubclass():  # else even detach() would be the lecture's
        return tensor.detach().as_subclass(Tensor)
