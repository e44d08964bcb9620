"""Which numbers of a tensor depend on the last sample of a batch, and which on the others."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from rollcall.core.tensors.tensor_compare import max_abs_diff


class Reach(NamedTuple):
    """Two masks of the shape of a tensor."""

    of_last: Tensor  # what changes when the last sample does
    of_others: Tensor  # what changes when all others do

    @property
    def is_mixed(self) -> bool:
        """Whether a number depends on both."""
        return bool((self.of_last & self.of_others).any())

    def places_of_last(self, dim: int) -> Tensor:
        """Which places along a dimension depend on the last sample."""
        return _places(self.of_last, dim)

    def keeps_apart(self, dim: int) -> bool:
        """Whether no place along a dimension has numbers of both."""
        last, others = (_places(each, dim) for each in self)
        return not bool((last & others).any())

    @property
    def dimensions(self) -> list[int]:
        """Those that keep them apart, as that of a batch does."""
        return [dim for dim in range(self.of_last.dim()) if self.keeps_apart(dim)]


def reach(plain: Tensor, last_changed: Tensor, others_changed: Tensor) -> Reach | None:
    """What one tensor depends on, by what it was in three forwards; None where that is unknown."""
    try:
        if not plain.shape == last_changed.shape == others_changed.shape:
            return None
        if plain.layout != torch.strided:
            return None
        return Reach(_differ(plain, last_changed), _differ(plain, others_changed))
    except Exception:  # of a kind of tensor that cannot be read, such as a nested one
        return None


def reaches(runs: Sequence[Sequence[Tensor]]) -> list[Reach]:
    """The same for each of several tensors, where it is known."""
    found = [reach(*tensors) for tensors in zip(*runs, strict=False)]
    return [each for each in found if each is not None]


def mixed_rows(plain: Tensor, last_changed: Tensor, others_changed: Tensor) -> float | None:
    """How far a row that depends on both moves when the others change; None where none does."""
    known = reach(plain, last_changed, others_changed)
    if known is None or not plain.dim() or known.keeps_apart(0):
        return None
    both = _places(known.of_last, 0) & _places(known.of_others, 0)
    return max_abs_diff(plain[both], others_changed[both])


def _differ(one: Tensor, other: Tensor) -> Tensor:
    return (one != other) & ~(one.isnan() & other.isnan())


def _places(mask: Tensor, dim: int) -> Tensor:
    moved = mask.movedim(dim, 0)
    if moved.dim() == 1:
        return moved
    return moved.flatten(1).any(1)
