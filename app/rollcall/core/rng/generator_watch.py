"""Which generators moved since one looked last."""

import sys

import torch

from rollcall.core.rng.random_state import FOREIGN_GENERATORS, RandomState, torch_generators

SEED_BYTES = 8


class GeneratorWatch:
    """Compares generators with what they were at the last look.

    A look at one of them takes 2 microseconds. Torch's are looked at far more often, and apart.
    """

    def __init__(self, device: torch.device) -> None:
        self._torch = torch_generators(device)
        self._last = [generator.state() for generator in self._torch]
        self._last_foreign: RandomState | None = None

    def torch_moved(self) -> bool:
        """Whether one of torch's generators, on the CPU or on the device, moved since then.

        One that was seeded, and from which nothing was drawn after that, has not.
        """
        before, self._last = self._last, [generator.state() for generator in self._torch]
        if self._last == before:
            return False
        pairs = zip(before, self._last, strict=True)
        return any(now != last and not _just_seeded(now) for last, now in pairs)

    def foreign_moved(self) -> bool:
        """Whether numpy's or Python's generator moved since then; False at the first look."""
        before, self._last_foreign = self._last_foreign, RandomState(FOREIGN_GENERATORS)
        return before is not None and self._last_foreign != before

    def state(self, foreign: bool) -> RandomState:
        """As it was seen last: torch's generators and, if `foreign`, numpy's and Python's."""
        seen = RandomState(self._torch, self._last)
        if foreign and self._last_foreign is not None:
            return seen + self._last_foreign
        return seen


def _just_seeded(state: bytes) -> bool:
    """Whether it is the state that torch.manual_seed() leaves, of the CPU's generator."""
    # Its first word is the seed. On another device states have another length.
    seed = int.from_bytes(state[:SEED_BYTES], sys.byteorder)
    seeded = torch.Generator().manual_seed(seed)
    return seeded.get_state().numpy().tobytes() == state
