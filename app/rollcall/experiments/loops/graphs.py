"""How many forwards of a loop still have their graph, though their step is over."""

import weakref
from typing import Any

from torch import Tensor


class _Mark:
    """Lives as long as the node of a graph that it hangs on."""


class Graphs:
    """Those of all answers that a loop's model gave."""

    def __init__(self) -> None:
        self._marks: list[weakref.ref[_Mark]] = []

    def note(self, answer: object) -> None:
        """Mark the graph of an answer, where it has one."""
        if not isinstance(answer, Tensor) or answer.grad_fn is None:
            return
        mark = _Mark()
        notes: Any = answer.grad_fn.metadata  # a dict, which its types say is a function
        notes["rollcall"] = mark
        self._marks.append(weakref.ref(mark))

    @property
    def alive(self) -> int:
        """How many there are. A loop whose last loss has a name has one."""
        self._marks = [mark for mark in self._marks if mark() is not None]
        return len(self._marks)
