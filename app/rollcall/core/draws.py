"""The draws from one seed, in pieces that other work may come between."""

import random
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import numpy as np
import torch
from numpy.random import mtrand

from rollcall.core.seeding import seeded

Generator = tuple[Callable[[], Any], Callable[[Any], None]]  # what tells the state of a global generator, what sets it


class Draws:
    """Each block draws on where the last one left off, and leaves the generators as they were.

    So two trainings whose steps take turns draw what each would draw alone. Never for two threads at once.
    """

    def __init__(self, seed: int, device: str = "cpu") -> None:
        self._generators = list(_generators(torch.device(device)))
        with seeded(seed):
            self._outer = self._states()
            mtrand.set_bit_generator(np.random.MT19937())  # one of our own: to copy the state takes 0.1 ms
            np.random.seed(seed % 2**32)
            self._inner = self._states()
            self._set(self._outer)

    def __enter__(self) -> None:
        self._outer = self._states()
        self._set(self._inner)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._inner = self._states()
        self._set(self._outer)

    def _states(self) -> list[Any]:
        return [state() for state, _ in self._generators]

    def _set(self, states: list[Any]) -> None:
        for (_, set_state), state in zip(self._generators, states, strict=True):
            set_state(state)


def of_torch(device: torch.device) -> Iterator[Generator]:
    """The generators of torch from which a model on `device` draws."""
    yield torch.get_rng_state, torch.set_rng_state
    if device.type != "cpu":
        of_device = torch.get_device_module(device)
        named = () if device.type == "mps" else (device,)  # of which there is only one
        yield lambda: of_device.get_rng_state(*named), lambda state: of_device.set_rng_state(state, *named)


def _generators(device: torch.device) -> Iterator[Generator]:
    yield from of_torch(device)
    yield random.getstate, random.setstate
    yield mtrand.get_bit_generator, mtrand.set_bit_generator
