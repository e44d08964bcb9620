"""A model to be repaired, and what is asked of it: what several checks need is run once."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from rollcall.core.findings import Findings
from rollcall.core.first_forward import first_forward
from rollcall.core.model_code import model_code, set_mode
from rollcall.core.query import Mode
from rollcall.core.rng.random_state import seeded
from rollcall.core.roll_call import RollCall, take_roll_call
from rollcall.core.round_trip import load
from rollcall.core.scan import Scan, scan
from rollcall.core.state_keys import listed
from rollcall.core.tensors.tensor_compare import all_same
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.used_parameters import UsedParameters
from rollcall.experiments.subject import ModelFactory


@dataclass
class Repair:
    """One model. Who calls it, moves it or trains it gets a build of its own."""

    factory: ModelFactory
    mode: Mode
    device: str

    @cached_property
    def used(self) -> UsedParameters:
        """What backward reaches from the output of the first forward."""
        model = self.factory.build_in(self.mode)
        return first_forward(model, self.factory.example(), self.factory.seed)

    @cached_property
    def reached_unfrozen(self) -> int:
        """Elements that backward reaches after requires_grad_(True)."""
        model = self.factory.build_in(self.mode)
        with model_code("model.requires_grad_(True)"):
            model.requires_grad_(True)
        return first_forward(model, self.factory.example(), self.factory.seed).reached

    @cached_property
    def roll(self) -> RollCall:
        """What each of PyTorch's callers finds."""
        return take_roll_call(
            lambda: self.factory.build_in(self.mode),
            self.factory.example(),
            self.device,
            self.factory.seed,
            str(self.factory.file),
        )

    @cached_property
    def scan(self) -> Scan:
        """What is registered before the first forward."""
        return scan(self.factory.build())

    @property
    def keys(self) -> Collection[str]:
        """Of what it would save."""
        return listed(self.factory.build()).keys()

    @property
    def findings(self) -> Findings:
        """What the registry page names."""
        return self.factory.findings

    def forwards(self, mode: Mode, weights: dict[str, Any] | None = None) -> list[list[Tensor]]:
        """The outputs of two forwards on one input, with other weights where they are given."""
        model = self.factory.build()
        if weights is not None:
            load(model, weights)
        set_mode(model, mode)
        x = self.factory.example()
        with seeded(self.factory.seed), torch.no_grad():
            return [[each.clone() for each in x.outputs(model)] for _ in range(2)]


@dataclass(frozen=True)
class Wanted:
    """What the solution does, which the repaired model shall do as well."""

    shapes: tuple[Shape | None, ...]  # of its outputs
    trainable: int  # elements that backward reaches
    unfrozen: int  # the same after requires_grad_(True)
    draws: bool  # whether two forwards after train() differ
    weights: dict[str, Any]
    outputs: list[Tensor]  # with these weights, after eval()


def wanted_of(solution: Repair) -> Wanted:
    """Run the solution.

    Raises:
        ModelRaised: from whatever it raises.
    """
    first, second = solution.forwards("train")
    in_eval, _ = solution.forwards("eval")
    return Wanted(
        shapes=tuple(map(shape_of, first)),
        trainable=solution.used.reached,
        unfrozen=solution.reached_unfrozen,
        draws=not all_same(first, second),
        weights=dict(listed(solution.factory.build())),
        outputs=in_eval,
    )
