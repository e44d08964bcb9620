"""Optimizers that a model keeps itself, and what they were not given."""

from collections.abc import Iterator, Sequence

from torch.optim import Optimizer

from rollcall.core.findings.forward_kinds import OwnOptimizer
from rollcall.core.optimizer_tensors import ids_in_optimizer
from rollcall.core.walk.found import Found
from rollcall.core.walk.raw_read import module_dict


def own_optimizers(modules: Sequence[Found], reached: Sequence[Found]) -> Iterator[OwnOptimizer]:
    """One, where they hold some of the parameters, and not all that a backward reaches.

    One that was made before the last layers holds none of these. A target network that forward
    leaves out is not meant to be held.

    Args:
        modules: of a fresh model.
        reached: the trainable parameters that got a gradient.
    """
    optimizers = list(_optimizers(modules))
    held = {key for _, each in optimizers for key in ids_in_optimizer(each)}
    left_out = [found for found in reached if id(found.value) not in held]
    if not optimizers or not left_out or len(left_out) == len(reached):
        return
    yield OwnOptimizer(
        optimizers=tuple(dict.fromkeys(path for path, _ in optimizers)),
        paths=tuple(found.path for found in left_out),
        numel=sum(found.value.numel() for found in left_out),
    )


def _optimizers(modules: Sequence[Found]) -> Iterator[tuple[str, Optimizer]]:
    """Those that are attributes, or that an attribute's list, tuple or dict holds."""
    for found in modules:
        for name, value in module_dict(found.value).items():
            inside: list[object] = [value]
            if type(value) in (list, tuple):
                inside = list(value)
            elif type(value) is dict:
                inside = list(value.values())
            for each in inside:
                if isinstance(each, Optimizer):
                    yield f"{found.path}.{name}".lstrip("."), each
