"""Where a forward takes numbers out of the autograd graph: detach(), item(), argmax, no_grad()."""

from collections.abc import Collection
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.findings.kinds import GraphExit
from rollcall.core.lecture_line import line_of
from rollcall.core.nested_tensors import tensors_in
from rollcall.core.pytorch_names import name_of

INTO_PYTHON = ("item", "tolist", "numpy", "array", "float", "int")
MOST_EXITS = 100  # each is an autograd graph to be searched


class _Left(NamedTuple):
    """A call that was given tensors of the graph, and answered with none."""

    place: GraphExit
    given: list[Tensor]


class GraphExits(TorchFunctionMode):
    """While it is entered, it notes the calls whose answer no backward can pass.

    Args:
        filename: the lecture file that lines are of.
    """

    def __init__(self, filename: str) -> None:
        super().__init__()
        self._filename = filename
        self._left: list[_Left] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = []
        if len(self._left) < MOST_EXITS:
            given = [each for each in tensors_in((args, kwargs)) if each.requires_grad]
        output = func(*args, **(kwargs or {}))
        if given and _leaves(func, output):
            name = _name(func)
            if not torch.is_grad_enabled():
                name = "torch.no_grad"
            place = GraphExit(name=name, line=line_of(self._filename))
            self._left.append(_Left(place, given))
        return output

    def of(self, leaves: Collection[int]) -> tuple[GraphExit, ...]:
        """Those whose arguments were computed from one of these leaves, given by their ids."""
        found = (each for each in self._left if _reaches(each.given, leaves))
        return tuple(dict.fromkeys(each.place for each in found))


def _reaches(tensors: list[Tensor], leaves: Collection[int]) -> bool:
    return any(id(leaf) in leaves for leaf in leaves_of(tensors))


def _leaves(function: Any, output: Any) -> bool:
    """Whether numbers came out, and none of them in a tensor that asks for a gradient."""
    tensors = tensors_in(output)
    if tensors:
        return not any(each.requires_grad for each in tensors)
    return name_of(function) in INTO_PYTHON


def _name(function: Any) -> str:
    """The name of a property is that of its owner: `data` for Tensor.data.__get__."""
    if getattr(function, "__name__", "") == "__get__":
        function = function.__self__
    return name_of(function)
