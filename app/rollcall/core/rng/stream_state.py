"""Where a stream of random numbers stands, in bytes that another process goes on from."""

from typing import NamedTuple

import numpy as np

WORDS = 624
MEMORY_BYTES = (WORDS + 1) * 4  # a position among the words comes last


class StreamState(NamedTuple):
    """All generators of a stream."""

    torch: tuple[bytes, ...]  # the CPU's, then the device's
    python: bytes
    python_normal: float | None  # that random.gauss() keeps
    numpy: bytes


def put_into(generator: np.random.BitGenerator, memory: bytes) -> None:
    """Let numpy's usual generator draw on from there.

    Raises:
        ValueError: that is no state of it.
    """
    words = np.frombuffer(memory, np.uint32)
    if len(memory) != MEMORY_BYTES or words[-1] > WORDS:
        raise ValueError("no state of numpy's generator")
    place = {"key": words[:-1], "pos": int(words[-1])}
    generator.state = {"bit_generator": "MT19937", "state": place}
