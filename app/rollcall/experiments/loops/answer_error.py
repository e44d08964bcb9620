"""How far the answers of a model are from their goals. It is noted at once, and looked at later."""

from collections.abc import Sequence

import torch
from torch import Tensor


def error_of(answer: object, goal: object) -> Tensor | None:
    """The difference of two tensors of one shape, copied; None for all else."""
    if not isinstance(answer, Tensor) or not isinstance(goal, Tensor):
        return None
    if answer.shape != goal.shape or answer.is_complex():
        return None
    answer = answer.detach()
    if answer.dtype != goal.dtype:
        answer = answer.to(goal.dtype)
    if goal.requires_grad:
        goal = goal.detach()
    return answer.sub(goal)


def mean_squared(error: Tensor) -> float:
    """The mean squared error."""
    return float(error.double().square().mean())


def mean_squares(errors: Sequence[Tensor | None]) -> list[float | None]:
    """Those of many steps, all at once where they are alike."""
    found: list[float | None] = [None] * len(errors)
    alike: dict[object, list[int]] = {}
    for place, error in enumerate(errors):
        if error is not None:
            alike.setdefault((error.shape, error.device, error.dtype), []).append(place)
    for places in alike.values():
        stacked = torch.stack([each for place in places if (each := errors[place]) is not None])
        means = stacked.double().square().flatten(1).mean(1).tolist()
        for place, mean in zip(places, means, strict=True):
            found[place] = mean
    return found
