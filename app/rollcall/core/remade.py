"""Tensors that every forward makes anew: they are derived, whatever they look like."""

from collections.abc import Callable

from torch import Tensor, nn

from rollcall.core.tensors.tensor_compare import same
from rollcall.core.walk.found import Found, Walk
from rollcall.core.walk.object_walk import walk


def may_be_derived(found: Found) -> bool:
    """A tensor that is no Parameter, and not part of a module that is itself unregistered."""
    if found.registered or found.kind == "parameter":
        return False
    return found.owner is None or found.owner.registered


class RemadeTensors:
    """Looks at some tensors of a model after each of two forwards.

    One is made anew if each forward has put another tensor in its place, with the same values from
    the same input. Running statistics that are replaced, and not changed in place, differ: they are
    state. Both forwards must draw the same random numbers.

    Args:
        model: it is walked again at each look.
        walked: what was found in it before both.
        asked: whether it is asked of a tensor.
    """

    def __init__(
        self, model: nn.Module, walked: Walk, asked: Callable[[Found], bool] = may_be_derived
    ) -> None:
        self._model = model
        self._asked = asked
        self._looks = [self._by_path(walked)]

    @property
    def is_asked(self) -> bool:
        """Whether there is such a tensor. If not, nobody need run a second forward for it."""
        return bool(self._looks[0])

    def look(self) -> None:
        """See what stands in each place after a forward."""
        if self.is_asked:
            self._looks.append(self._by_path(walk(self._model)))

    def _by_path(self, walked: Walk) -> dict[str, Tensor]:
        return {found.path: found.value for found in walked.tensors if self._asked(found)}

    @property
    def paths(self) -> frozenset[str]:
        """The paths of those that were made anew."""
        if len(self._looks) < 3:
            return frozenset()
        before, first, second = self._looks[:3]
        return frozenset(
            path
            for path in before
            if path in first
            and path in second
            and before[path] is not first[path]
            and first[path] is not second[path]
            and same(first[path].detach(), second[path].detach())
        )
