"""All that it takes to make a call again."""

from dataclasses import dataclass
from typing import Any, Self

from torch import Tensor, nn

from rollcall.core.rng.random_state import RandomState

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(eq=False)
class Repeatable:
    """What was true when a call began and, once it has answered, what it gave."""

    random_state: RandomState
    attributes: dict[str, Any]  # of the module: a lecture's own may count its calls
    input: Tensor | None  # a copy of the first argument, which the call may change in place
    arguments: Arguments = ((), {})
    output: Tensor | None = None  # a copy, which the next calls cannot change; None: no tensor

    @classmethod
    def before(cls, target: Any, arguments: Arguments, random_state: RandomState) -> Self:
        """Note what the call of a module or function may change."""
        attributes: dict[str, Any] = {}
        if isinstance(target, nn.Module):
            attributes = dict(vars(target))
        return cls(random_state, attributes, _first_tensor(arguments))

    def note_answer(self, arguments: Arguments, output: Any) -> None:
        """Note what it was given and what it gave."""
        self.arguments = arguments
        if isinstance(output, Tensor):
            self.output = output.detach().clone()
        if self.input is None:  # given by name, of which PyTorch tells only now
            self.input = _first_tensor(arguments)


def _first_tensor(arguments: Arguments) -> Tensor | None:
    """A copy of the first argument, or of the one called `input`, where it is a tensor."""
    args, kwargs = arguments
    first = kwargs.get("input")
    if args:
        first = args[0]
    if not isinstance(first, Tensor):
        return None
    return first.detach().clone()
