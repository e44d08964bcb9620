"""The generators that are global to the process: where they stand, and how they are put back there."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

Generator = tuple[Callable[[], Any], Callable[[Any], None]]  # what tells the state of a global generator, what sets it


def of_torch(device: torch.device) -> Iterator[Generator]:
    """The generators of torch from which a model on `device` draws."""
    yield torch.get_rng_state, torch.set_rng_state
    if device.type != "cpu":
        of_device = torch.get_device_module(device)
        named = () if device.type == "mps" else (device,)  # of which there is only one
        yield lambda: of_device.get_rng_state(*named), lambda state: of_device.set_rng_state(state, *named)


def states(generators: Sequence[Generator]) -> list[Any]:
    """Where they stand."""
    return [state() for state, _ in generators]


def put_back(generators: Sequence[Generator], stood: list[Any]) -> None:
    """Let each draw on from where it stood."""
    for (_, set_state), state in zip(generators, stood, strict=True):
        set_state(state)


class Snapshot:
    """What will be drawn next by torch on the CPU and on `device` and, where a call is `foreign`, by numpy and Python.

    Taken in the middle of a forward, so that one call of it can be made again. PyTorch's own layers draw from torch
    alone, and a copy of numpy's state takes longer than they do.
    """

    def __init__(self, device: torch.device, foreign: bool) -> None:
        self._generators = list(of_torch(device))
        if foreign:
            self._generators += [(random.getstate, random.setstate), (np.random.get_state, np.random.set_state)]
        self._states = states(self._generators)

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Draw from here on inside the block, and put everything back afterwards. Never from two threads at once."""
        before = states(self._generators)
        put_back(self._generators, self._states)
        try:
            yield
        finally:
            put_back(self._generators, before)
