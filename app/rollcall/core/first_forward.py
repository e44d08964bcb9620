"""What the first forward of a model uses, held against what Python reached before it."""

from torch import nn

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_raised import ModelRaised
from rollcall.core.remade import RemadeTensors
from rollcall.core.rng.random_state import seeded
from rollcall.core.state_keys import listed
from rollcall.core.used_parameters import UsedParameters, used_parameters
from rollcall.core.walk.object_walk import walk


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
    remade.look()
    with seeded(seed):
        again = {id(leaf) for leaf in leaves_of(example.outputs(model))}
    remade.look()
    used = used_parameters(leaves, walked.tensors, remade.paths)
    known = {id(found.value) for found in walked.tensors}
    unknown = [leaf for leaf in leaves if id(leaf) not in known]
    unreachable = (
        each.model_copy(update={"fresh": id(leaf) not in again})
        for leaf, each in zip(unknown, used.unreachable, strict=True)
    )
    return used.model_copy(update={"unreachable": tuple(unreachable), "added_by_forward": added})


def _keys(model: nn.Module) -> dict[str, None]:
    """Of its state_dict(); none where that raises."""
    try:
        return dict.fromkeys(listed(model))
    except ModelRaised:
        return {}
