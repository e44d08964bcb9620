"""Which tensors an optimizer was given."""

from torch.optim import Optimizer


def ids_in_optimizer(optimizer: Optimizer) -> set[int]:
    """The ids of the tensors that it steps."""
    ids: set[int] = set()
    for group in optimizer.param_groups:
        ids.update(map(id, group["params"]))
    return ids
