"""Parameters that are none any more where a constructor is given another device."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from torch import nn

from rollcall.core.walk.object_walk import walk


def lost_parameters(
    model: nn.Module,
    build_there: Callable[[], nn.Module],
    there: Callable[[], AbstractContextManager[None]],
) -> tuple[str, ...]:
    """Paths of the registered Parameters that are plain tensors in a model built elsewhere.

    `nn.Parameter(t).to(device)` is the Parameter itself where there is nothing to do, and a new
    tensor where there is. Autograd is off there, so the new tensor is a leaf; that it is registered
    no more is what counts.

    Args:
        model: built on the CPU.
        build_there: builds another one, and gives its constructor the other device.
        there: where that device exists.

    Raises:
        ModelRaised: from whatever the constructor raises there.
    """
    registered = [found for found in walk(model).tensors if found.registered]
    paths = [found.path for found in registered if found.kind == "parameter"]
    with there():
        elsewhere = {found.path: found for found in walk(build_there()).tensors}
    found_again = [elsewhere[path] for path in paths if path in elsewhere]
    return tuple(found.path for found in found_again if not found.registered)
