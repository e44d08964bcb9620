"""Python's global generator: where it stands, and putting it back there."""

import _random
import ctypes
import random
import sys
from array import array
from typing import Any, NamedTuple, Self

WORDS = 624
MEMORY_BYTES = (1 + WORDS) * 4  # a position among the words, and the words
VERSION = 3  # of what random.getstate() returns


class PythonState(NamedTuple):
    """Equal for two moments if the next draws are the same."""

    memory: bytes  # as CPython lays it out: a position among the words, and the words
    kept_normal: float | None  # random.gauss() draws two at once, and keeps the second one

    @classmethod
    def of_words(cls, words: bytes, kept_normal: float | None) -> Self:
        """From the words and then the position, as numpy lays them out.

        Raises:
            ValueError: they are not as many.
        """
        if len(words) != MEMORY_BYTES:
            raise ValueError("no state of Python's generator")
        return cls(words[-4:] + words[:-4], kept_normal)

    @property
    def words(self) -> bytes:
        """The words and then the position."""
        return self.memory[4:] + self.memory[:4]


class PythonGenerator:
    """The generator behind the functions of `random`.

    `random.getstate()` makes a number of each of 624 words, which takes as long as a small layer.
    So its memory is read and written instead, where that is found to be laid out as CPython has it.
    """

    def __init__(self) -> None:
        self._generator: Any = random.random.__self__  # type: ignore[attr-defined]  # a method's
        self._address = _address_of_memory(self._generator)

    def state(self) -> PythonState:
        """Where it stands."""
        if self._address is None:
            return _as_told(random.getstate())
        memory = ctypes.string_at(self._address, MEMORY_BYTES)
        return PythonState(memory, self._generator.gauss_next)

    def set_state(self, state: PythonState) -> None:
        """Let it draw on from there."""
        if self._address is None:
            random.setstate((VERSION, tuple(array("I", state.words)), state.kept_normal))
            return
        ctypes.memmove(self._address, state.memory, MEMORY_BYTES)
        self._generator.gauss_next = state.kept_normal


def _as_told(state: tuple[Any, ...]) -> PythonState:
    _, numbers, kept_normal = state
    return PythonState.of_words(array("I", numbers).tobytes(), kept_normal)


def _address_of_memory(generator: random.Random) -> int | None:
    """Where its position and its words are; None where this Python has them elsewhere.

    In CPython they follow the header of the object.
    """
    header = object.__basicsize__
    is_known = sys.implementation.name == "cpython"
    if not is_known or _random.Random.__basicsize__ < header + MEMORY_BYTES:
        return None
    address = id(generator) + header
    memory = ctypes.string_at(address, MEMORY_BYTES)
    if memory != _as_told(generator.getstate()).memory:
        return None
    return address
