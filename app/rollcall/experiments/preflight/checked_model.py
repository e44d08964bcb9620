"""One model before its training, and what several lines of the pre-flight checklist ask of it."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import nn

from rollcall.core.answering import Answering, answering
from rollcall.core.findings import Finding
from rollcall.core.findings.training_run import TrainingRun
from rollcall.core.first_forward import first_forward
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import unheard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.roll_call import RollCall, move_target, take_roll_call
from rollcall.core.scan import Scan, scan
from rollcall.core.used_parameters import UsedParameters
from rollcall.experiments.subject import ModelFactory


@dataclass
class CheckedModel:
    """One model before its training: what several lines ask is run once."""

    factory: ModelFactory
    mode: Mode
    device: str
    # for all who only look: nobody calls it, moves it or changes it
    untouched: nn.Module = field(init=False)

    def __post_init__(self) -> None:
        self.untouched = self.build()  # one that cannot be built has no checklist

    def build(self) -> nn.Module:
        """A fresh model after train() or eval()."""
        return self.factory.build_in(self.mode)

    @property
    def example(self) -> ModelInput:
        """The input of every forward: a copy, for a forward may change it in place."""
        return self._example.clone()

    @cached_property
    def _example(self) -> ModelInput:
        return self.factory.example()

    @cached_property
    def needs_graph(self) -> bool:
        """Whether its forward raises under no_grad()."""
        with unheard():
            return self.example.needs_graph(self.build())

    @cached_property
    def scan(self) -> Scan:
        """Before the first forward."""
        return scan(self.untouched)

    @cached_property
    def used(self) -> UsedParameters:
        """What the first forward used."""
        return first_forward(self.build(), self.example, self.factory.seed)

    @cached_property
    def roll(self) -> RollCall:
        """Autograd, the optimizer, a step and a move."""
        return take_roll_call(
            self.build, self.example, self.device, self.factory.seed, str(self.factory.file)
        )

    @cached_property
    def after_training(self) -> tuple[Finding, ...] | None:
        """What a short training in this mode shows; None where it raises.

        The lines that make a step themselves tell what is raised.
        """
        with suppress(ModelRaised), unheard():
            return tuple(TrainingRun(self.factory.under_test, self.mode).findings())
        return None

    @cached_property
    def answering(self) -> Answering:
        """How many trainable numbers are listed and reached, and of how many."""
        if self.used.answering == self.used.reached == self.scan.registered:
            return Answering(self.used.reached, self.used.reached)
        found = self.after_training
        return answering(self.scan, self.used, found or (), trained=found is not None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What else is the matter, as the registry page has it."""
        return self.factory.findings.findings

    @property
    def target(self) -> torch.dtype | torch.device:
        """Where `.to()` sends the model."""
        return move_target(self.device)

    @property
    def has_parameters_to_want(self) -> bool:
        """Whether there is anything that an optimizer should hold."""
        return self.scan.registered > 0 or self.used.reached > 0
