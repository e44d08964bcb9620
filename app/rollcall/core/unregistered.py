"""State that a module uses and PyTorch does not know."""

from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn

from rollcall.core.object_walk import walk


@dataclass(frozen=True, slots=True)
class Unregistered:
    """One tensor or module that is reachable from Python and in no registry of the model's tree."""

    path: str
    kind: Literal["tensor", "module"]
    value: Tensor | nn.Module


def find_unregistered(model: nn.Module) -> list[Unregistered]:
    """List what `optimizer`, `.to()`, `state_dict()` and `eval()` of `model` do not reach.

    A module in a plain list is one record, and so is each of its tensors and submodules. `value` is
    the object itself.
    """
    modules, tensors, _ = walk(model)
    lost_modules = [found for found in modules if not found.registered]
    lost_tensors = [found for found in tensors if not found.registered]
    return [
        *(Unregistered(found.path, "module", found.value) for found in lost_modules),
        *(Unregistered(found.path, "tensor", found.value) for found in lost_tensors),
    ]
