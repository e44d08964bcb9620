"""Trainable parameters that a forward itself gives other values, and not only the first one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from torch import Tensor

from rollcall.core.findings.forward_kinds import ChangedByForward
from rollcall.core.tensors.tensor_compare import same
from rollcall.core.walk.object_walk import Found


class WrittenParameters:
    """Those that the first forward has changed; a later one may leave them as they are.

    A layer that takes its first values from the first batch, as an activation norm does, writes
    once.
    """

    def __init__(self, changed: Sequence[Found]) -> None:
        self._changed = [each for each in changed if not _renormalizes(each.owner)]

    @contextmanager
    def compared(self) -> Iterator[None]:
        """Around a later forward, which is to change them again."""
        before = [(each, _copy(each.value)) for each in self._changed]
        yield
        self._changed = [each for each, value in before if not same(value, each.value)]

    def findings(self, own_steps: Sequence[int]) -> Iterator[ChangedByForward]:
        """One about all of them.

        Args:
            own_steps: lines at which a forward makes a step of an optimizer of its own.
        """
        if self._changed:
            paths = tuple(each.path for each in self._changed)
            yield ChangedByForward(paths=paths, stepped_at=next(iter(own_steps), None))


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().clone()


def _renormalizes(owner: Found | None) -> bool:
    """Whether it is an embedding that was asked to keep its rows short."""
    return owner is not None and getattr(owner.value, "max_norm", None) is not None
