"""A model that is looked at by building it anew for each run."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.rng.random_state import seeded


@dataclass(frozen=True)
class ModelUnderTest:
    """How a model is built and called."""

    build: Callable[[], nn.Module]  # a fresh one, with the same weights at every call
    build_other: Callable[[], nn.Module]  # a fresh one with other weights
    draw_input: Callable[[int], ModelInput]  # what it is called with, from a seed
    seed: int
    filename: str  # the lecture file that lines are of
    # one whose constructor is given a device; None: it takes none
    build_on: Callable[[str], nn.Module] | None = None
    device_global: str = ""  # of its file, which is given the device; "": its constructor is
    # one more of the very class of a model: what a script's two models would share, these share;
    # None: the lecture file holds nothing that they could share
    build_beside: Callable[[nn.Module], nn.Module] | None = None

    def build_in(self, mode: Mode) -> nn.Module:
        """A fresh one after its own train() or eval().

        What that raises is told by the run that looks at train() itself.
        """
        model = self.build()
        with suppress(ModelRaised):
            set_mode(model, mode)
        return model

    def input(self, number: int = 0) -> ModelInput:
        """One of its inputs, the same for a number at every call."""
        return self.draw_input(self.seed + number)

    def outputs(self, model: nn.Module, x: ModelInput, number: int = 0) -> list[Tensor]:
        """The tensors that one forward returns; `number` is what it draws from.

        Raises:
            ModelRaised: from whatever forward raises.
        """
        with seeded(self.seed + number):
            return x.outputs(model)

    def returned_on(self, model: nn.Module, x: ModelInput) -> Any:
        """What the first one returns for these very tensors: the forward may change them."""
        with seeded(self.seed):
            return x.call(model)
