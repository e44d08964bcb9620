"""numpy's global generator: where it stands, and putting it back there."""

import ctypes
import pickle

import numpy as np
from numpy.random import mtrand

get_bit_generator = mtrand.get_bit_generator
set_bit_generator = mtrand.set_bit_generator

MT19937_BYTES = 625 * 4  # 624 words and a position among them


class NumpyGenerator:
    """Its state is bytes: two arrays are not equal or unequal as a whole.

    numpy copies a state number by number, in and out, which takes as long as a small forward. So
    its memory is read instead. That is the whole state but for one normal number: numpy draws two
    at once, and keeps the second one elsewhere.
    """

    def __init__(self) -> None:
        self._whole = b""  # a memory that was the whole state, and is while it is the same

    def note_seeding(self) -> None:
        """It was seeded a moment ago, so it keeps no normal number."""
        self._whole = _memory_of(get_bit_generator())

    def state(self) -> bytes:
        """Equal for two moments if the next draws are the same."""
        memory = _memory_of(get_bit_generator())
        if memory and memory == self._whole:
            return memory
        state = np.random.get_state(legacy=False)
        if not memory or state["has_gauss"]:
            return pickle.dumps(state)
        self._whole = memory
        return memory

    def set_state(self, state: bytes) -> None:
        """Let it draw on from there."""
        if state == self._whole == _memory_of(get_bit_generator()):
            return  # nobody drew from it
        if len(state) != MT19937_BYTES:  # not a memory
            self._whole = b""
            np.random.set_state(pickle.loads(state))
            return
        words = np.frombuffer(state, np.uint32)
        place = {"key": words[:-1], "pos": int(words[-1])}
        np.random.set_state(
            {"bit_generator": "MT19937", "state": place, "has_gauss": 0, "gauss": 0.0}
        )
        self._whole = state


def _memory_of(generator: np.random.BitGenerator) -> bytes:
    """What it draws from; empty for another kind than numpy's own, which a lecture may set."""
    if type(generator) is not np.random.MT19937:
        return b""
    return ctypes.string_at(generator.ctypes.state_address, MT19937_BYTES)
