"""Where the global generators stand, so that draws can be made again, or go on later."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Generators:
    """What the generators will draw next that a model draws from: torch (CPU and its device), numpy and Python."""

    device: torch.device
    states: tuple[Tensor, ...]
    numpy: Any
    python: Any

    @classmethod
    def now(cls, device: torch.device) -> Self:
        """Note where they stand."""
        own = () if device.type == "cpu" else (_of(device).get_rng_state(device),)
        return cls(device, (torch.get_rng_state(), *own), np.random.get_state(), random.getstate())

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Go on from here inside the block, and put everything back afterwards. Not for two threads at once."""
        before = self.now(self.device)
        self._set()
        try:
            yield
        finally:
            before._set()

    def _set(self) -> None:
        random.setstate(self.python)
        np.random.set_state(self.numpy)
        torch.set_rng_state(self.states[0])
        if len(self.states) > 1:
            _of(self.device).set_rng_state(self.states[1], self.device)


def _of(device: torch.device) -> Any:
    return torch.get_device_module(device.type)
