"""Leaves that a forward makes of its input, to take a slope along them: they are no weights."""

from contextlib import suppress

from torch import Tensor, nn

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_raised import ModelRaised
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.tensor_compare import same
from rollcall.core.walk.object_walk import Walk, walk


def made_of_input(
    model: nn.Module, example: ModelInput, seed: int, unknown: list[Tensor], walked: Walk
) -> set[int]:
    """The ids of leaves that another input makes others.

    So the solution of a differential equation begins: `x = x.detach().requires_grad_()`. A weight
    that every forward makes is the same for each input.

    Args:
        model: whose forward is called once more, with another input.
        example: what it was called with.
        seed: for what forward draws, as before.
        unknown: leaves of the graph of what it returned then, that no walk finds.
        walked: what a walk finds.
    """
    made = [leaf for leaf in unknown if not isinstance(leaf, nn.Parameter)]
    if not made:
        return set()
    with suppress(ModelRaised), seeded(seed):
        others = unknown_leaves(leaves_of(example.map(_apart).outputs(model)), walked)
        others = [leaf for leaf in others if not isinstance(leaf, nn.Parameter)]
        if len(others) == len(made):
            pairs = zip(made, others, strict=True)
            return {
                id(leaf) for leaf, other in pairs if leaf is not other and not same(leaf, other)
            }
    return set()


def elements_of_input(model: nn.Module, example: ModelInput, seed: int) -> int:
    """How many numbers such leaves have in one forward; 0 where that raises."""
    walked = walk(model)
    with suppress(ModelRaised):
        with seeded(seed):
            unknown = unknown_leaves(leaves_of(example.outputs(model)), walked)
        made = made_of_input(model, example, seed, unknown, walked)
        return sum(leaf.numel() for leaf in unknown if id(leaf) in made)
    return 0


def unknown_leaves(leaves: list[Tensor], walked: Walk) -> list[Tensor]:
    """Those that a walk has not found."""
    known = {id(found.value) for found in walked.tensors}
    return [leaf for leaf in leaves if id(leaf) not in known]


def _apart(tensor: Tensor) -> Tensor:
    if tensor.is_floating_point():
        return tensor * 2 + 1
    return tensor
