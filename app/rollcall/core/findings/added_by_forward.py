"""What a first forward puts on a model that was not there before."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from rollcall.core.findings.kinds import AddedByForward
from rollcall.core.walk.object_walk import Found, Walk


def added_by_forward(before: Walk, after: Walk) -> Iterator[AddedByForward]:
    """Modules and tensors, the outermost of each; not an activation that is kept."""
    known = {found.path for found in (*before.modules, *before.tensors)}
    added: set[int] = set()
    for found in (*after.modules, *after.tensors):
        if found.path in known or _is_cache(found):
            continue
        added.add(id(found))
        if found.owner is None or id(found.owner) not in added:  # else it came with that
            yield AddedByForward(
                path=found.path,
                holds=_holds(found),
                class_name=type(found.value).__name__,
                registered=found.registered,
            )


def _is_cache(found: Found) -> bool:
    """Whether it was computed from something trainable."""
    return isinstance(found.value, Tensor) and found.value.grad_fn is not None


def _holds(found: Found) -> Any:
    if "buffer" in found.kind:
        return "buffer"
    return found.kind
