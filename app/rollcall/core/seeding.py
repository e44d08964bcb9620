"""A seed that means what it says, for work that draws from torch's global generator."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import torch
from torch import Tensor


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw from `seed` inside the block and put the CPU generator back afterwards.

    The generator is global to the process: never enter this from two threads at once.
    """
    with torch.random.fork_rng(devices=[]):
        _seed(seed)
        yield


class Draws:
    """The draws from one seed, in pieces: each block draws on where the last one left off.

    So two trainings whose steps take turns draw what each would draw alone. Not for two threads, as above.
    """

    def __init__(self, seed: int, device: str = "cpu") -> None:
        self._generators = list(_generators(torch.device(device)))
        outer = self._states()
        _seed(seed)
        self._inner = self._states()
        self._put(outer)
        self._outer = outer

    def __enter__(self) -> None:
        self._outer = self._states()
        self._put(self._inner)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._inner = self._states()
        self._put(self._outer)

    def _states(self) -> list[Tensor]:
        return [module.get_rng_state(*device) for module, device in self._generators]

    def _put(self, states: list[Tensor]) -> None:
        for (module, device), state in zip(self._generators, states, strict=True):
            module.set_rng_state(state, *device)


def _generators(device: torch.device) -> Iterator[tuple[Any, tuple[torch.device, ...]]]:
    """The modules that know the global generators, each with the device to name there."""
    yield torch.random, ()
    if device.type == "mps":
        yield torch.get_device_module(device), ()
    elif device.type != "cpu":
        yield torch.get_device_module(device), (device,)


def _seed(seed: int) -> None:
    if torch.accelerator.is_available():
        torch.manual_seed(seed)
    else:  # the same draws, without the stack trace that manual_seed() notes for every accelerator not there
        torch.default_generator.manual_seed(seed)
