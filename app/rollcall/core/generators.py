"""Where the global generators stand in the middle of a forward, so that one call of it can be made again."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from rollcall.core.draws import of_torch


class Generators:
    """What will be drawn next by torch on the CPU and on `device` and, where a call is `foreign`, by numpy and Python.

    PyTorch's own layers draw from torch alone, and a copy of numpy's state takes longer than they do.
    """

    def __init__(self, device: torch.device, foreign: bool) -> None:
        self._places = list(of_torch(device))
        if foreign:
            self._places += [(random.getstate, random.setstate), (np.random.get_state, np.random.set_state)]
        self._states = self._now()

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Draw from here on inside the block, and put everything back afterwards. Never from two threads at once."""
        before = self._now()
        self._set(self._states)
        try:
            yield
        finally:
            self._set(before)

    def _now(self) -> list[Any]:
        return [state() for state, _ in self._places]

    def _set(self, states: list[Any]) -> None:
        for (_, set_state), state in zip(self._places, states, strict=True):
            set_state(state)
