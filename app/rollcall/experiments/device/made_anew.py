"""What forward makes anew after a move, and what it only changes."""

from contextlib import suppress

from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_raised import ModelRaised
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.tensor_compare import same
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.device.report import TensorMove


def without_state(
    moves: tuple[TensorMove, ...], model: nn.Module, sent: ModelInput, seed: int
) -> tuple[TensorMove, ...]:
    """A running mean is left behind, though the next forward adds to it what was moved.

    Two more forwards on one input tell it from what is computed anew: that is the same each time.
    """
    if not any(each.outcome == "replaced_by_forward" for each in moves):
        return moves
    changing = _changing(model, sent, seed)
    return tuple(_as_state(each, changing) for each in moves)


def _as_state(move: TensorMove, changing: set[str]) -> TensorMove:
    if move.outcome == "replaced_by_forward" and move.path in changing:
        return move.model_copy(update={"outcome": "left_behind"})
    return move


def _changing(model: nn.Module, sent: ModelInput, seed: int) -> set[str]:
    """The paths of tensors that two forwards on one input leave with other values."""
    looks: list[dict[str, Tensor]] = []
    with suppress(ModelRaised):
        for _ in range(2):
            with seeded(seed):
                sent.outputs(model)
            looks.append({found.path: found.value for found in walk(model).tensors})
    if len(looks) < 2:
        return set()
    first, second = looks
    return {path for path in first if not same(first[path], second.get(path))}
