"""The loss on inputs that a training never sees."""

import copy
from contextlib import suppress

import torch
from torch import nn

from rollcall.core.model_code import going_on_after
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.teacher_task import NoLoss, Task


def loss_unseen(model: nn.Module, task: Task, seed: int) -> float | None:
    """Of a copy after eval(): the model itself goes on as if nobody had asked.

    Returns:
        None where the task has no unseen inputs, the copy cannot be made or called, or its answer
        has no loss.
    """
    if task.unseen is None:
        return None
    with going_on_after("copy.deepcopy(model).eval()"), seeded(seed), torch.no_grad():
        aside = copy.deepcopy(model)
        aside.eval()
        with suppress(NoLoss):  # the training itself is ended by it, and tells it
            return float(task.unseen.loss(task.unseen.answer(aside)).item())
    return None
