"""A seed that means what it says, for a piece of work that draws from torch's global generator."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


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
