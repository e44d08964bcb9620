"""The shape of any tensor, also of one whose rows differ in length."""

from torch import Tensor
from torch.nn.parameter import is_lazy

RAGGED = "j"  # PyTorch calls it j1, j2 ..., and counts on as long as a process lives
Shape = tuple[int | str, ...]


def shape_of(tensor: Tensor) -> Shape | None:
    """Its sides; None for a lazy parameter, which has none yet."""
    if is_lazy(tensor):
        return None
    if tensor.is_nested:
        return tuple(_side(tensor, dim) for dim in range(tensor.dim()))
    return tuple(tensor.shape)


def _side(tensor: Tensor, dim: int) -> int | str:
    try:
        length = tensor.size(dim)
    except RuntimeError:  # a nested tensor with strides does not even have a symbol for it
        return RAGGED
    if isinstance(length, int):
        return length
    return RAGGED
