"""A seed that means what it says, for a piece of work that draws from the generators of torch, numpy or Python."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.random import get_bit_generator, set_bit_generator  # type: ignore[attr-defined]  # not in its stub


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw from `seed` inside the block and put the generators back afterwards: torch's on the CPU, numpy's, Python's.

    They are global to the process: never enter this from two threads at once.
    """
    with torch.random.fork_rng(devices=[]), _python(seed), _numpy(seed):
        if torch.accelerator.is_available():
            torch.manual_seed(seed)
        else:  # the same draws, without the stack trace that manual_seed() notes for every accelerator not there
            torch.default_generator.manual_seed(seed)
        yield


@contextmanager
def _python(seed: int) -> Iterator[None]:
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


_spare: list[np.random.BitGenerator] = []


@contextmanager
def _numpy(seed: int) -> Iterator[None]:
    """Exchange the generator: to copy its state out and in again would cost twenty times as much."""
    before = get_bit_generator()
    own = _spare.pop() if _spare else np.random.MT19937()
    set_bit_generator(own)
    np.random.seed(seed % 2**32)  # it takes no larger one
    try:
        yield
    finally:
        set_bit_generator(before)
        _spare.append(own)
