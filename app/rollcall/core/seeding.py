"""A seed that means what it says, for a piece of work that draws from torch's global generators."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw from `seed` inside the block and put the CPU generator back afterwards.

    The generator is global to the process: never enter this from two threads at once.
    """
    with torch.random.fork_rng(devices=[]):
        if torch.accelerator.is_available():
            torch.manual_seed(seed)
        else:  # the same draws, without the stack trace that manual_seed() notes for every accelerator not there
            torch.default_generator.manual_seed(seed)
        yield


@dataclass(frozen=True)
class Generators:
    """What the generators that a model draws from will draw next: the CPU's, and its own device's."""

    device: torch.device
    states: tuple[Tensor, ...]

    @classmethod
    def now(cls, device: torch.device) -> Self:
        """Note where they stand."""
        own = () if device.type == "cpu" else (_generator_of(device).get_rng_state(device),)
        return cls(device, (torch.get_rng_state(), *own))

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Go on from here inside the block, and put everything back afterwards."""
        before = self.now(self.device)
        self._set()
        try:
            yield
        finally:
            before._set()

    def _set(self) -> None:
        torch.set_rng_state(self.states[0])
        if len(self.states) > 1:
            _generator_of(self.device).set_rng_state(self.states[1], self.device)


def _generator_of(device: torch.device) -> Any:
    return torch.get_device_module(device.type)
