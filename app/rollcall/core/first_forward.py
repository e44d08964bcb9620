"""What the first forward of a model uses, held against what Python reached before it."""

from collections.abc import Iterator

from torch import Tensor, nn

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.input.model_input import ModelInput
from rollcall.core.input_leaves import made_of_input, unknown_leaves
from rollcall.core.model_raised import ModelRaised
from rollcall.core.remade import RemadeTensors
from rollcall.core.rng.random_state import seeded
from rollcall.core.state_keys import listed
from rollcall.core.used_parameters import UnreachableLeaf, UsedParameters, used_parameters
from rollcall.core.walk.object_walk import Walk, walk
from rollcall.core.walk.raw_read import module_dict


def first_forward(model: nn.Module, example: ModelInput, seed: int) -> UsedParameters:
    """Run a fresh model twice, and compare what its forward uses with what was there before.

    An optimizer is built before the first forward. So what the first forward makes comes too late.

    Raises:
        ModelRaised: from whatever forward raises.
    """
    walked = walk(model)
    remade = RemadeTensors(model, walked)
    keys = _keys(model)
    with seeded(seed):
        leaves = leaves_of(example.outputs(model))
    added = tuple(key for key in _keys(model) if key not in keys)
    after = paths_after(model, walked, leaves)
    remade.look()
    with seeded(seed):
        again = leaves_of(example.outputs(model))
    remade.look()
    of_input = made_of_input(model, example, seed, unknown_leaves(leaves, walked), walked)
    leaves = [leaf for leaf in leaves if id(leaf) not in of_input]
    used = used_parameters(leaves, walked.tensors, remade.paths, after)
    unreachable = _with_their_fate(used.unreachable, unknown_leaves(leaves, walked), again, walked)
    used_up: tuple[str, ...] = ()
    if any(leaf.gone for leaf in unreachable):
        used_up = tuple(_iterators(walked))
    changes = {"unreachable": unreachable, "added_by_forward": added, "used_up": used_up}
    return used.model_copy(update=changes)


def _iterators(walked: Walk) -> Iterator[str]:
    """The attributes of a model that give what they hold once, such as a generator."""
    for found in walked.modules:
        for name, value in module_dict(found.value).items():
            if issubclass(type(value), Iterator):
                yield f"{found.path}.{name}".removeprefix(".")


def paths_after(model: nn.Module, walked: Walk, leaves: list[Tensor]) -> dict[int, str]:
    """Where those that no walk found before are found after a forward, by their ids."""
    if not unknown_leaves(leaves, walked):
        return {}
    return {id(found.value): found.path for found in walk(model).tensors}


def _with_their_fate(
    told: tuple[UnreachableLeaf, ...], unknown: list[Tensor], again: list[Tensor], walked: Walk
) -> tuple[UnreachableLeaf, ...]:
    """Each with what the second forward reached: itself, another in its place, or nothing."""
    stay = {id(leaf) for leaf in again}
    first = {id(leaf) for leaf in unknown}
    new = {leaf.shape for leaf in unknown_leaves(again, walked) if id(leaf) not in first}
    fates = []
    for leaf, each in zip(unknown, told, strict=True):
        replaced = id(leaf) not in stay
        fresh = replaced and leaf.shape in new
        fates.append(each.model_copy(update={"fresh": fresh, "gone": replaced and not fresh}))
    return tuple(fates)


def _keys(model: nn.Module) -> dict[str, None]:
    """Of its state_dict(); none where that raises."""
    try:
        return dict.fromkeys(listed(model))
    except ModelRaised:
        return {}
