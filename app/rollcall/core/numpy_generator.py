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

    numpy copies a state number by number, in and out, which takes as long as a small forward. So it
    is copied only where the generator's memory is no longer the same. A normal number may be one
    that was drawn before: numpy draws two at once and keeps one outside that memory.
    """

    def __init__(self) -> None:
        self._memory = b""  # when the state was copied; empty: it must be copied anew
        self._state = b""

    def state(self) -> bytes:
        """Equal for two moments if the next draws are the same."""
        memory = _memory_of(get_bit_generator())
        if self._holds(memory):
            return self._state
        state = np.random.get_state(legacy=False)
        self._state = pickle.dumps(state)
        self._memory = memory
        if state["has_gauss"]:
            self._memory = b""
        return self._state

    def set_state(self, state: bytes) -> None:
        """Let it draw on from there."""
        if state == self._state and self._holds(_memory_of(get_bit_generator())):
            return  # nobody drew from it
        self._memory = b""
        np.random.set_state(pickle.loads(state))

    def _holds(self, memory: bytes) -> bool:
        """Whether `_state` is the state of this memory."""
        return bool(memory) and memory == self._memory


def _memory_of(generator: np.random.BitGenerator) -> bytes:
    """What it draws from; empty for another kind than numpy's own, which a lecture may set."""
    if type(generator) is not np.random.MT19937:
        return b""
    return ctypes.string_at(generator.ctypes.state_address, MT19937_BYTES)
