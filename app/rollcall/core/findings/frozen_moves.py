"""Parts whose parameters are all frozen, and whose buffers a training forward changes."""

from collections.abc import Collection, Iterator

from rollcall.core.findings.kinds import FrozenMoves
from rollcall.core.walk.object_walk import Found, Walk


def frozen_moves(walked: Walk, changed: Collection[int]) -> Iterator[FrozenMoves]:
    """One for each module.

    Args:
        walked: what was found before the forward.
        changed: the ids of the tensors that it changed.
    """
    owned: dict[int, list[Found]] = {}
    for found in walked.tensors:
        owned.setdefault(id(found.owner), []).append(found)
    for module in walked.modules:
        own = owned.get(id(module), [])
        parameters = [each for each in own if each.kind == "parameter"]
        if not parameters or any(each.value.requires_grad for each in parameters):
            continue
        moved = [each for each in own if id(each.value) in changed and each.kind != "parameter"]
        if moved:
            yield FrozenMoves(
                path=module.path,
                class_name=type(module.value).__name__,
                tensors=tuple(found.path for found in moved),
            )
