"""Follows the code of one file line by line, and leaves everything else alone."""

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Protocol

from rollcall.folders import PACKAGE

CO_OPTIMIZED = 1  # the code of a function, and not of a class or a file
_ENDS_OF_LOOPS = (StopIteration, StopAsyncIteration, GeneratorExit)
_OURS = str(PACKAGE)
MOST_ROUNDS = 12  # of one loop that are followed
ROUNDS_WITHIN = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")

Tracer = Callable[[FrameType, str, Any], Any]


class Observer(Protocol):
    """Who is told of what happens."""

    known_inside: frozenset[int]  # ids of the code that `inside` is told of

    def reached(self, body: "Body", frame: FrameType) -> None:
        """A statement is about to run."""

    def passed(self, body: "Body") -> None:
        """The same in a round of a loop that is not followed."""

    def returning(self, body: "Body", frame: FrameType, value: Any) -> None:
        """A function of the file gives something back."""

    def left(self, body: "Body") -> None:
        """A function of the file is over, or waits to be gone on with."""

    def raised(self, body: "Body", error: BaseException) -> None:
        """A statement raised, or passes on what something in it raised."""

    def called(self, frame: FrameType) -> Tracer | None:
        """The file called a function of somebody else's; what follows it, if anything."""

    def inside(self, frame: FrameType) -> Tracer | None:
        """Somebody else's function called another; what follows it, if anything."""


class Body:
    """One call of a function of the file."""

    def __init__(self, watch: "LineWatch", code: CodeType) -> None:
        self.code = code
        self.depth = len(watch.open)
        self.line = 0  # that is run now
        self.first = 0  # line of the statement that it belongs to
        self.before = 0  # that of the statement before; 0: there was none
        self.is_raising = False  # what a statement raised is not caught yet
        self.is_quiet: bool = bool(watch.open) and watch.open[-1].is_quiet
        self._called_quietly = self.is_quiet
        self.rounds: dict[int, int] = {}  # how often each statement was reached
        self.watch = watch
        self._observer = watch.observer
        self._loops = code.co_name in ROUNDS_WITHIN

    def trace(self, frame: FrameType, event: str, arg: Any) -> Tracer | None:
        """What Python tells of it."""
        watch = self.watch
        if not watch.is_followed():
            return None
        if event == "line":
            self._reach(frame)
        elif event == "return":
            if not self.is_quiet and not self.is_raising:
                self._observer.returning(self, frame, arg)
            watch.open.pop()
            self._observer.left(self)
        elif event == "exception" and not isinstance(arg[1], _ENDS_OF_LOOPS):
            self.is_raising = True
            self._observer.raised(self, arg[1])
        if not watch.goes_on:
            sys.settrace(None)
            return None
        return self.trace

    def _reach(self, frame: FrameType) -> None:
        line = frame.f_lineno
        place = self.watch.statement(line)
        goes_on = place[0] == self.first and place[1] > place[0]
        again = self._loops and line <= self.line
        self.line, self.is_raising = line, False
        if goes_on and not again:
            return  # another line of the same statement
        self.before, self.first = self.first, place[0]
        rounds = self.rounds[self.first] = self.rounds.get(self.first, 0) + 1
        self.is_quiet = self._called_quietly or rounds > MOST_ROUNDS
        if self.is_quiet:
            self._observer.passed(self)
        else:
            self._observer.reached(self, frame)


class LineWatch:
    """While it is entered, an observer is told of each statement of a file that is run.

    Python tells one thread at a time, so that other threads of a model are not seen. A tracer that
    was there before, such as that of coverage, is put back.

    Args:
        filename: of the file.
        statement: first and last line of the statement that a line belongs to.
        observer: is told.
    """

    def __init__(
        self, filename: str, statement: Callable[[int], tuple[int, int]], observer: Observer
    ) -> None:
        self.statement = statement
        self.observer = observer
        self.open: list[Body] = []  # the functions of the file that are under way
        self.goes_on = True  # set to False by the observer, who has seen enough
        self.is_lost = False  # the file has set a tracer of its own
        self._filename = filename
        self._loading = 0
        self._tracer: Tracer = self._call

    def __enter__(self) -> "LineWatch":
        self._before = sys.gettrace()
        sys.settrace(self._tracer)
        return self

    def __exit__(self, *error: object) -> None:
        if self.goes_on and sys.gettrace() is not self._tracer:
            self.is_lost = True
        sys.settrace(self._before)

    def is_followed(self) -> bool:
        """Whether the tracer is still this one, and not one that the file has set."""
        if sys.gettrace() is not self._tracer:
            self.is_lost = True
        return not self.is_lost

    def _call(self, frame: FrameType, event: str, arg: Any) -> Tracer | None:
        code = frame.f_code
        if code.co_filename == self._filename:
            return self._enter(frame, code)
        if not self.open or self._loading:
            return None
        caller = frame.f_back
        if caller is None or code.co_filename.startswith(_OURS):
            return None
        if caller.f_code.co_filename == self._filename:
            return self.observer.called(frame)
        if id(code) in self.observer.known_inside:
            return self.observer.inside(frame)
        return None

    def _enter(self, frame: FrameType, code: CodeType) -> Tracer | None:
        if self._loading:
            return None
        if code.co_name == "<module>":
            self._loading += 1
            frame.f_trace_lines = False
            return self._load
        if not code.co_flags & CO_OPTIMIZED:
            return None
        body = self._begun(frame) or Body(self, code)
        self.open.append(body)
        return body.trace

    def _begun(self, frame: FrameType) -> Body | None:
        """Of a generator that goes on: what is known of it already."""
        body = getattr(frame.f_trace, "__self__", None)
        if isinstance(body, Body) and body.watch is self:
            return body
        return None

    def _load(self, frame: FrameType, event: str, arg: Any) -> Tracer | None:
        """The file itself is run anew: that is no step of its model."""
        if event == "return":
            self._loading -= 1
        return self._load
