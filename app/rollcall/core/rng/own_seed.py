"""Whether code has seeded a generator itself, or has only drawn from it."""

import ctypes

import numpy as np

WORDS = 624
KEY_BYTES = WORDS * 4  # after it comes the position among these words
STATE_BYTES = KEY_BYTES + 4
MOST_BLOCKS = 5_000  # of 624 words, that are drawn again to find out


def numpy_state(generator: np.random.BitGenerator) -> bytes:
    """Empty for another kind than numpy's usual one."""
    if type(generator) is not np.random.MT19937:
        return b""
    return ctypes.string_at(generator.ctypes.state_address, STATE_BYTES)


def only_drawn(start: bytes, now: bytes) -> bool:
    """Whether a Mersenne Twister comes from one state to the other by drawing.

    It makes 624 words at once, its key, from the key before. So the keys that follow are made
    until one is the present one.
    """
    key = now[:KEY_BYTES]
    if start[:KEY_BYTES] == key:
        return True
    again = np.random.MT19937()
    ctypes.memmove(again.ctypes.state_address, start, STATE_BYTES)
    for _ in range(MOST_BLOCKS):
        again.random_raw(WORDS)
        if numpy_state(again)[:KEY_BYTES] == key:
            return True
    return False
