"""The draws from one seed, in pieces that other work may come between."""

import random
from collections.abc import Iterator
from types import TracebackType

import numpy as np
import torch
from numpy.random import mtrand

from rollcall.core.generators import Generator, of_torch, put_back, states
from rollcall.core.seeding import seeded


class Draws:
    """Each block draws on where the last one left off, and leaves the generators as they were.

    So two trainings whose steps take turns draw what each would draw alone. Never for two threads at once.
    """

    def __init__(self, seed: int, device: str = "cpu") -> None:
        self._generators = list(_generators(torch.device(device)))
        with seeded(seed):
            self._outer = states(self._generators)
            mtrand.set_bit_generator(np.random.MT19937())  # one of our own: to copy the state takes 0.1 ms
            np.random.seed(seed % 2**32)
            self._inner = states(self._generators)
            put_back(self._generators, self._outer)

    def __enter__(self) -> None:
        self._outer = states(self._generators)
        put_back(self._generators, self._inner)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._inner = states(self._generators)
        put_back(self._generators, self._outer)


def _generators(device: torch.device) -> Iterator[Generator]:
    yield from of_torch(device)
    yield random.getstate, random.setstate
    yield mtrand.get_bit_generator, mtrand.set_bit_generator
