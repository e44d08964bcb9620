"""What a first forward puts on a model that was not there before."""

from collections.abc import Collection, Iterator
from typing import Any

from torch import Tensor

from rollcall.core.findings.forward_kinds import AddedByForward
from rollcall.core.walk.found import is_within
from rollcall.core.walk.object_walk import Found, Walk


def added_by_forward(
    before: Walk, after: Walk, renewed: Collection[str] = ()
) -> Iterator[AddedByForward]:
    """Modules and tensors, the outermost of each; not an activation that is kept.

    Args:
        before: what was found before the first forward.
        after: what was found after it.
        renewed: paths of tensors that a later forward makes anew, as is seen to by the caller.
    """
    known = {found.path for found in (*before.modules, *before.tensors)}
    added: set[int] = set()
    for found in (*after.modules, *after.tensors):
        if found.path in known or found.path in renewed or _is_cache(found):
            continue
        inside = [each.value for each in after.tensors if is_within(each.path, found.path)]
        if not inside:  # an activation: nothing that an optimizer, a move or a file would need
            continue
        added.add(id(found))
        if found.owner is None or id(found.owner) not in added:  # else it came with that
            yield AddedByForward(
                path=found.path,
                holds=_holds(found),
                class_name=type(found.value).__name__,
                registered=found.registered,
                trainable=any(each.requires_grad and each.is_leaf for each in inside),
            )


def plain_tensors_added(before: Walk, after: Walk) -> list[Found]:
    """The plain tensors among them: each may be a state, or what a forward leaves behind."""
    known = {found.path for found in (*before.modules, *before.tensors)}
    tensors = (found for found in after.tensors if found.kind == "tensor" and not found.registered)
    return [found for found in tensors if found.path not in known and not _is_cache(found)]


def _is_cache(found: Found) -> bool:
    """Whether it was computed from something trainable."""
    return isinstance(found.value, Tensor) and found.value.grad_fn is not None


def _holds(found: Found) -> Any:
    if "buffer" in found.kind:
        return "buffer"
    return found.kind
