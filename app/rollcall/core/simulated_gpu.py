"""A GPU for machines that have none: PyTorch's FakeTensorMode, which knows no values."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import _get_current_dispatch_mode

aten = torch.ops.aten
_UNCHECKED = (
    aten.convolution.default,
    aten._embedding_bag.default,
    aten._embedding_bag_forward_only.default,
)


@contextmanager
def simulated_gpu() -> Iterator[None]:
    """Inside the block `cuda:0` exists. What is moved there loses its values: move a copy.

    Autograd is off, because a backward pass over simulated tensors aborts the process. cuDNN is
    off, because an LSTM of a PyTorch that was built for CUDA asks it for a real GPU.
    """
    without_cudnn = torch.backends.cudnn.flags(enabled=False)
    with (
        torch.no_grad(),
        without_cudnn,
        _without_device_guards(),
        _Simulation(allow_non_fake_inputs=True),
    ):
        yield


class _Simulation(FakeTensorMode):
    """The mode, with what it lacks.

    It has no shapes of the kernel that a GRU on a GPU calls for each step, and would ask a real GPU
    for its answer. Some functions it lets take their weight from another device.
    """

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in _UNCHECKED:
            _refuse_two_devices(args[:3])  # what it computes with
        if func is not aten._thnn_fused_gru_cell.default:
            return super().__torch_dispatch__(func, types, args, kwargs)  # type: ignore[no-untyped-call]
        state = args[2]
        rows, width = state.shape
        with self:
            return state.new_empty(rows, width), state.new_empty(rows, 5 * width)


def _refuse_two_devices(tensors: Iterable[Tensor | None]) -> None:
    """Raise what the mode raises of other functions."""
    devices = sorted({str(each.device) for each in tensors if each is not None}, reverse=True)
    if len(devices) > 1:
        found = " and ".join(devices)
        raise RuntimeError(
            "Expected all tensors to be on the same device, "
            f"but found at least two devices, {found}!"
        )


def is_gpu_simulated() -> bool:
    """Whether this runs inside such a block."""
    return isinstance(_get_current_dispatch_mode(), FakeTensorMode)


@contextmanager
def simulated_gpu_for_constructors() -> Iterator[None]:
    """The same for a model that is built inside the block, and may move its parts itself.

    `Module.to()` puts a new Parameter in the place of each, since one that was made in
    FakeTensorMode cannot be changed in place. So ties are lost.
    """
    original = nn.Module._apply
    with simulated_gpu():
        nn.Module._apply = _replace_all  # type: ignore[method-assign]
        try:
            yield
        finally:
            nn.Module._apply = original  # type: ignore[method-assign]


def _replace_all(
    module: nn.Module, change: Callable[[Tensor], Tensor], recurse: bool = True
) -> Any:
    if recurse:
        for child in module.children():
            child._apply(change)  # type: ignore[no-untyped-call]
    for name, parameter in module._parameters.items():
        if parameter is not None:
            moved = nn.Parameter(change(parameter), parameter.requires_grad)
            module._parameters[name] = moved
    for name, buffer in module._buffers.items():
        if buffer is not None:
            module._buffers[name] = change(buffer)
    return module


@contextmanager
def _without_device_guards() -> Iterator[None]:
    """Reroute the methods that select a CUDA device before FakeTensorMode hears of the call.

    A PyTorch without CUDA cannot select one.
    """
    rerouted: dict[str, Callable[..., Any]] = {
        "contiguous": lambda tensor, **options: aten.contiguous.default(tensor, **options),
        "copy_": lambda tensor, source, non_blocking=False: aten.copy_.default(
            tensor, source, non_blocking
        ),
        "__getitem__": _getitem,
        "__setitem__": _setitem,
    }
    try:
        for name, method in rerouted.items():
            setattr(Tensor, name, method)
        yield
    finally:
        for name in rerouted:
            delattr(Tensor, name)  # what it inherits from torch._C.TensorBase shows again


def _getitem(tensor: Tensor, index: Any) -> Tensor:
    """`tensor[index]`, by the operators that PyTorch itself breaks it down to."""
    part, chosen = _part(tensor, index)
    if chosen:
        return cast(Tensor, aten.index.Tensor(part, chosen))
    return part


def _setitem(tensor: Tensor, index: Any, value: Any) -> None:
    """`tensor[index] = value`, which PyTorch writes into a view of the tensor."""
    part, chosen = _part(tensor, index)
    if not isinstance(value, Tensor):
        value = torch.full((), value, dtype=part.dtype, device=part.device)
    if chosen:
        aten.index_put_.default(part, chosen, value.to(part.dtype))
        return
    while value.dim() > part.dim() and value.shape[0] == 1:
        value = aten.squeeze.dim(value, 0)
    aten.copy_.default(part, value)


def _part(tensor: Tensor, index: Any) -> tuple[Tensor, list[Tensor | None]]:
    """The view that numbers, slices and None choose, and by dimension the tensors that choose.

    None stands for a dimension that no tensor chooses from; the list is empty where none does.
    """
    chosen: list[Tensor | None] = []  # by dimension of the result so far, for aten.index
    dim = 0
    if not isinstance(index, tuple):
        index = (index,)
    for part in _without_ellipsis(index, tensor.dim()):
        if isinstance(part, int) and not isinstance(part, bool):
            tensor = aten.select.int(tensor, dim, part)
            continue
        if part is None:
            tensor = aten.unsqueeze.default(tensor, dim)
        elif isinstance(part, slice):
            tensor = aten.slice.Tensor(tensor, dim, part.start, part.stop, part.step or 1)
        if part is None or isinstance(part, slice):
            chosen.append(None)
            dim += 1
        else:
            chosen.append(_as_index(part, tensor))
            dim += _dimensions(chosen[-1])
    if all(selects is None for selects in chosen):
        chosen = []
    return tensor, chosen


def _without_ellipsis(parts: tuple[Any, ...], dimensions: int) -> tuple[Any, ...]:
    named = sum(_dimensions(part) for part in parts if part is not None and part is not Ellipsis)
    rest = (slice(None),) * (dimensions - named)
    at = next((position for position, part in enumerate(parts) if part is Ellipsis), len(parts))
    return (*parts[:at], *rest, *parts[at + 1 :])


def _as_index(part: Any, tensor: Tensor) -> Tensor:
    if isinstance(part, Tensor):
        return part
    return torch.tensor(part, device=tensor.device)


def _dimensions(part: Any) -> int:
    """How many dimensions one part of an index stands for; a mask stands for all of its own."""
    if isinstance(part, Tensor) and part.dtype == torch.bool:
        return part.dim()
    return 1
