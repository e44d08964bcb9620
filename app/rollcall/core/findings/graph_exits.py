"""Where a forward takes numbers out of the autograd graph: detach(), item(), argmax, no_grad()."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.findings.applied_function import BACKWARD, applied_function
from rollcall.core.findings.grad_off import grad_off_at
from rollcall.core.findings.kinds import GraphExit
from rollcall.core.lecture_line import called_in, line_of
from rollcall.core.pytorch_names import name_of
from rollcall.core.tensors.nested_tensors import tensors_in

INTO_PYTHON = ("item", "tolist", "numpy", "array", "float", "int")
MOST_PLACES = 20  # for each an autograd graph is searched


class GraphExits(TorchFunctionMode):
    """While it is entered, it notes the calls whose answer no backward can pass.

    Args:
        filename: the lecture file that lines are of.
    """

    def __init__(self, filename: str) -> None:
        super().__init__()
        self._filename = filename
        # what the calls at each place were given
        self._given: dict[GraphExit, list[Tensor]] = {}
        self._in_graph: set[int] = set()  # ids of leaves that have a way to an output
        self._with_numbers: set[GraphExit] = set()  # those that gave more than yes and no

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = [_source(each) for each in tensors_in((args, kwargs)) if each.requires_grad]
        output = func(*args, **(kwargs or {}))
        given = [each for each in given if each is not output]  # it was changed in place
        if given and _leaves(func, output) and not called_in("torch.optim"):
            only_chooses = _is_comparison(output) or _gives_indices(output)
            self._note(self._place(func), given, with_numbers=not only_chooses)
        return output

    def __enter__(self) -> Self:
        self._parameters = parameters_noted(self._note_parameter)
        self._parameters.__enter__()
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *raised: Any) -> None:
        super().__exit__(*raised)  # type: ignore[no-untyped-call]
        self._parameters.__exit__(*raised)

    def _place(self, function: Any) -> GraphExit:
        """What cuts, a block or a function, and where."""
        if torch.is_grad_enabled():
            return GraphExit(name=_name(function), line=line_of(self._filename))
        applied = applied_function(self._filename)
        if applied is not None:
            return applied
        name, line = grad_off_at(self._filename)
        return GraphExit(name=name, line=line)

    def _note_parameter(self, source: Tensor) -> None:
        line = line_of(self._filename)
        self._note(GraphExit(name="nn.Parameter", line=line), [source], with_numbers=True)

    def _note(self, place: GraphExit, given: list[Tensor], *, with_numbers: bool) -> None:
        if place in self._given or len(self._given) < MOST_PLACES:
            self._given.setdefault(place, []).extend(given)
            if with_numbers:
                self._with_numbers.add(place)

    def look(self, outputs: Iterable[Tensor]) -> None:
        """See from which leaves an output was computed in the graph."""
        if any(place.name.endswith(BACKWARD) for place in self._given):
            self._in_graph = {id(leaf) for leaf in leaves_of(outputs)}

    def of(self, leaves: Collection[int]) -> tuple[GraphExit, ...]:
        """Those whose arguments were computed from one of these leaves, given by their ids.

        What compares, or gives the places of values, is one only where there is no other: most only
        check or choose. What the output
        was computed from in the graph has lost its gradient in the backward of a function.
        """
        lost_backward = bool(leaves) and self._in_graph.issuperset(leaves)
        places = [
            place
            for place, given in self._given.items()
            if place.name.endswith(BACKWARD) is lost_backward
            and any(id(leaf) in leaves for leaf in leaves_of(given))
        ]
        with_numbers = [place for place in places if place in self._with_numbers]
        return tuple(with_numbers or places)


def _leaves(function: Any, output: Any) -> bool:
    """Whether numbers came out, and none of them in a tensor that asks for a gradient."""
    tensors = tensors_in(output)
    if _is_setter(function):  # of .data
        return True
    if tensors and not torch.is_grad_enabled():  # a Parameter that is changed in place asks, too
        return True
    if _takes_only_the_shape(function):
        return False
    if tensors:
        return _gives_indices(output) or not any(each.requires_grad for each in tensors)
    return name_of(function) in INTO_PYTHON


def _takes_only_the_shape(function: Any) -> bool:
    """Whether it is torch.zeros_like, x.new_ones or one of their kind."""
    name = name_of(function).rpartition(".")[2]
    if name == "new_tensor":  # which copies what it is given
        return False
    return name.endswith("_like") or name.startswith("new_")


def _gives_indices(output: Any) -> bool:
    """Whether places come with the values that stand there, as of topk() or sort()."""
    tensors = tensors_in(output)
    are_indices = [each.dtype == torch.int64 for each in tensors]
    return any(are_indices) and not all(are_indices)


def _is_comparison(output: Any) -> bool:
    tensors = tensors_in(output)
    return bool(tensors) and all(each.dtype == torch.bool for each in tensors)


def _is_setter(function: Any) -> bool:
    return getattr(function, "__name__", "") == "__set__" and name_of(function.__self__) == "data"


def _source(tensor: Tensor) -> Tensor:
    """What a view under no_grad() is of: it may ask for a gradient, and knows no graph."""
    if tensor.is_leaf and tensor._base is not None:
        return tensor._base
    return tensor


def _name(function: Any) -> str:
    """That of Tensor.data.__get__ is `.data`."""
    if getattr(function, "__name__", "") in ("__get__", "__set__"):
        return f".{name_of(function.__self__)}"
    return name_of(function)


@contextmanager
def parameters_noted(note: Callable[[Tensor], None]) -> Iterator[None]:
    """Note what a Parameter is made from, where that was computed: no mode is told of it."""
    original = vars(nn.Parameter)["__new__"]

    def made(cls: Any, data: Any = None, requires_grad: bool = True) -> Any:
        if isinstance(data, Tensor) and data.grad_fn is not None:
            note(data)
        return original.__func__(cls, data, requires_grad)

    nn.Parameter.__new__ = staticmethod(made)  # type: ignore[method-assign]
    try:
        yield
    finally:
        nn.Parameter.__new__ = original  # type: ignore[method-assign]
