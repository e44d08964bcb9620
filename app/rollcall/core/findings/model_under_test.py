"""A model that is looked at by building it anew for each run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.random_state import seeded


@dataclass(frozen=True)
class ModelUnderTest:
    """How a model is built and called."""

    build: Callable[[], nn.Module]  # a fresh one, with the same weights at every call
    draw_input: Callable[[nn.Module, int], Any]  # what it is called with, drawn from a seed
    call: Callable[[nn.Module, Any], Any]  # one forward
    seed: int
    filename: str  # the lecture file that lines are of

    def input(self, model: nn.Module, number: int = 0) -> Any:
        """One of its inputs, the same for a number at every call."""
        return self.draw_input(model, self.seed + number)

    def outputs(self, model: nn.Module, x: Any, number: int = 0) -> list[Tensor]:
        """The tensors that one forward returns; `number` is what it draws from.

        Raises:
            Exception: whatever forward raises.
        """
        with seeded(self.seed + number):
            return tensors_in(self.call(model, x))


def set_mode(model: nn.Module, training: bool) -> None:
    """Call the model's own train() or eval(), and never use what it returns.

    What it raises is told by the run that looks at train() itself.
    """
    try:
        if training:
            model.train()
        else:
            model.eval()
    except Exception:
        return
