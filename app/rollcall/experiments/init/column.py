"""What the init page says of one init."""

from typing import Literal

from rollcall.core.report import Report
from rollcall.core.tensors.tensor_stats import TensorFacts
from rollcall.experiments.init.deep_net import Init

Health = Literal["healthy", "vanished", "exploded"]


class Signal(Report):
    """How large what travels through the net is, in one direction."""

    std: tuple[float, ...]  # at layer 0 (the input), 1, 2 ...; NaN where not all numbers are finite
    outcome: Health
    at: int | None  # the first layer on its way where it is not healthy
    overflow: int | None  # the first layer on its way where not all numbers are finite
    # by how much one layer multiplies it on its way, without the first; None where it is lost
    factor: float | None


class Picture(Report):
    """The activations of one layer."""

    layer: int
    facts: TensorFacts


class InitColumn(Report):
    """One init."""

    init: Init
    code: str  # the line that was run on the weight of every layer
    weight_std: float
    expected: float | None  # factor of one layer by theory, where theory knows one
    forward: Signal  # of the activations
    backward: Signal  # of the gradients with respect to the activations
    pictures: tuple[Picture, ...]

    @property
    def outcome(self) -> Health:
        """Of both directions; where each goes wrong in its own way, of the first."""
        if self.forward.outcome != "healthy":
            return self.forward.outcome
        return self.backward.outcome
