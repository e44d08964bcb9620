"""Which lines of a file draw from Python's or numpy's generator, which no torch function shows."""

import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, NamedTuple

from rollcall.core.model_code import own_code
from rollcall.core.rng.random_state import FOREIGN_GENERATORS

NAMES = ("random", "numpy.random")  # of the generators, in their order
MOST_LINES = 20_000  # that are followed: a look at both generators takes some 10 microseconds

Tracer = Callable[[FrameType, str, Any], Any]


class ForeignDraw(NamedTuple):
    """A line in which a generator moved."""

    name: str  # "random"
    line: int


class ForeignLines:
    """While it is entered, it follows the lines of one file, whoever calls its functions.

    What a line calls elsewhere, it draws. Nothing else may trace meanwhile: a debugger that does
    goes on afterwards.
    """

    def __init__(self, filename: str) -> None:
        self.found: list[ForeignDraw] = []  # each once, in the order in which they drew first
        self._filename = filename
        self._line = 0  # that is run now; 0: none yet
        self._n_lines = 0
        self._states: list[Any] = []
        self._before: Any = None

    def __enter__(self) -> "ForeignLines":
        self._states = _states()
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        sys.settrace(self._before)

    def _called(self, frame: FrameType, event: str, arg: Any) -> Tracer | None:
        if frame.f_code.co_filename != self._filename:
            return None
        return self._trace(frame, event, arg)

    def _trace(self, frame: FrameType, event: str, arg: Any) -> Tracer | None:
        with own_code():
            self._look()
        self._n_lines += 1
        if self._n_lines > MOST_LINES:
            sys.settrace(None)
            return None
        if event == "line":
            self._line = frame.f_lineno
        if event == "return":
            self._line = self._line_around(frame)
        return self._trace

    def _line_around(self, frame: FrameType) -> int:
        """Where the file goes on once a function of its own is over."""
        around = frame.f_back
        while around is not None:
            if around.f_code.co_filename == self._filename:
                return around.f_lineno
            around = around.f_back
        return 0

    def _look(self) -> None:
        now = _states()
        for name, last, state in zip(NAMES, self._states, now, strict=True):
            draw = ForeignDraw(name, self._line)
            if last != state and self._line and draw not in self.found:
                self.found.append(draw)
        self._states = now


def _states() -> list[Any]:
    return [generator.state() for generator in FOREIGN_GENERATORS]
