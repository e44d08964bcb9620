"""What most tensors of a model have in common, which is said once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rollcall.core.scan import TensorEntry


@dataclass(frozen=True, slots=True)
class Usual:
    """The dtype and the device of most tensors; both "" where there is no tensor."""

    dtype: str
    device: str
    told: str  # "float32 on cpu"


def usual(tensors: Sequence[TensorEntry]) -> Usual:
    """Of all tensors of a model."""
    if not tensors:
        return Usual("", "", "")
    dtype = _most_common(tensor.dtype for tensor in tensors)
    device = _most_common(tensor.device for tensor in tensors)
    told = f"{dtype} on {device}"
    if any((tensor.dtype, tensor.device) != (dtype, device) for tensor in tensors):
        told += " unless said"
    return Usual(dtype, device, told)


def _most_common(values: Iterable[str]) -> str:
    ((value, _),) = Counter(values).most_common(1)
    return value
