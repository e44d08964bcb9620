"""How far the answers of a model are from their goals. It is noted at once, and looked at later."""

from collections.abc import Sequence

from torch import Tensor

from rollcall.experiments.loops.placed import placed


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


def mean_squares(errors: Sequence[Tensor | None], first: int, room: int) -> list[float | None]:
    """Those of many steps, all at once where they are alike.

    Args:
        errors: one for each step.
        first: the place of the first step.
        room: how many places there are.
    """
    found: list[float | None] = [None] * len(errors)
    alike: dict[object, list[int]] = {}
    for number, error in enumerate(errors):
        if error is not None:
            alike.setdefault((error.shape, error.device, error.dtype), []).append(number)
    for numbers in alike.values():
        some = [each for number in numbers if (each := errors[number]) is not None]
        rows = placed(some, [first + number for number in numbers], room)
        means = rows.double().square().flatten(1).mean(1).tolist()
        for number in numbers:
            found[number] = means[first + number]
    return found
