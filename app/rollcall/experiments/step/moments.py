"""Writes down the moments of one run, as the code of a lecture file goes on."""

from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from torch import Tensor, nn

from rollcall.core.report import Raised
from rollcall.core.walk.raw_read import name_of_class
from rollcall.experiments.step.assignments import AssignmentWatch
from rollcall.experiments.step.books import Bookkeeper, Look
from rollcall.experiments.step.line_watch import Body, Tracer
from rollcall.experiments.step.local_tensors import Local, LocalWatch
from rollcall.experiments.step.moment import CameBack, Moment, Phase
from rollcall.experiments.step.printed import Printed
from rollcall.experiments.step.statements import Statements
from rollcall.experiments.step.thing import thing
from rollcall.lectures.source_lines import SourceLine

MOST_CALLS = 6  # that one line makes, and that are told
_UNTOLD = frozenset({"__getattr__", "__delattr__", "__getattribute__", "__hash__", "__eq__"})
_CALL_OF_MODULE = frozenset({"_wrapped_call_impl", "_call_impl", "__call__"})


class Moments:
    """The observer of a run.

    Args:
        statements: of the file.
        filename: of the file, as tracebacks have it.
        keeper: looks at the registries.
        own_name: name of the class; the other side's has another.
    """

    def __init__(
        self, statements: Statements, filename: str, keeper: Bookkeeper, own_name: str
    ) -> None:
        self.made: list[Moment] = []
        self.root: nn.Module | None = None
        self.most = 0  # moments; set for each phase
        self.is_full = False
        self.printed = Printed()
        self.assignments = AssignmentWatch()
        self.known_inside = self.assignments.known_inside
        self.stop: Callable[[], None] = lambda: None
        self.phase: Phase = "init"
        self._statements = statements
        self._filename = filename
        self._keeper = keeper
        self._own_name = own_name
        self._variables: dict[Body, LocalWatch] = {}
        self._stack: list[Body] = []
        self._came_back: list[CameBack] = []
        self._caught: Raised | None = None
        self._passed = 0  # statements in rounds that are not followed
        self._outermost: Body | None = None  # of this phase

    def begin(self, phase: Phase, stack: list[Body]) -> None:
        """What follows belongs to another phase."""
        self.phase = phase
        self._stack = stack
        self._variables.clear()
        self._outermost = None
        self._came_back.clear()
        self.assignments.take()

    def reached(self, body: Body, frame: FrameType) -> None:
        """A statement is about to run."""
        if len(self.made) >= self.most:
            self.is_full = True
            self.stop()
            return
        if self._outermost is None:
            self._outermost = body
        current = self._current(frame)
        place = self._statements.at(body.first)
        self._note(
            look=self._keeper.look(self.root, current),
            variables=self._of(body).look(frame.f_locals, current),
            function=body.code.co_qualname,
            line=place.first,
            last=place.last,
            round=body.rounds[body.first],
            ran=body.before or None,
            callers=self._callers(body),
            code=self._statements.around(place.first),
            key=self._key(self._statements.text(place.first)),
        )

    def passed(self, body: Body) -> None:
        """The same in a round of a loop that is not followed."""
        self._passed += 1

    def returning(self, body: Body, frame: FrameType, value: Any) -> None:
        """A function of the file gives something back."""
        if body.code.co_name == "<genexpr>":
            return  # the values of it are what is made of them
        if not body.first or body.depth == 0 or len(self.made) >= self.most:
            return  # the outermost one is told of at the end of the phase
        current = self._current(frame)
        self._note(
            event="return",
            look=self._keeper.look(self.root, current),
            variables=self._of(body).look(frame.f_locals, current),
            function=body.code.co_qualname,
            ran=body.first,
            callers=self._callers(body),
            code=self._statements.around(body.first),
            returned=thing(value),
            key=self._key(f"return {body.code.co_name}"),
        )

    def left(self, body: Body) -> None:
        """A function of the file is over, or waits to be gone on with."""
        self._variables.pop(body, None)

    def raised(self, body: Body, error: BaseException) -> None:
        """A statement raised, or passes on what something in it raised."""
        if isinstance(error, Exception):
            self._caught = Raised.of(error, self._filename)

    def called(self, frame: FrameType) -> Tracer | None:
        """The file called a function of PyTorch's or another package's."""
        if self.assignments.begin(frame):
            return self.assignments.follow
        code = frame.f_code
        if code.co_name in _UNTOLD or len(self._came_back) >= MOST_CALLS:
            return None
        frame.f_trace_lines = False
        return self._await

    def inside(self, frame: FrameType) -> Tracer | None:
        """A register_ method is called by what the file called."""
        self.assignments.passed_on(frame)
        return None

    def place(self, line: int) -> tuple[int, int]:
        """The statement that a line belongs to."""
        return self._statements.at(line)

    def end(self, value: Any) -> None:
        """The phase is over, and gave something."""
        is_model = value is self.root
        outer = self._outermost
        code: tuple[SourceLine, ...] = ()
        ran, function = None, ""
        if outer is not None:
            code, ran = self._statements.around(outer.first), outer.first
            function = outer.code.co_qualname
        self._note(
            event="end",
            look=self._keeper.look(self.root, None),
            variables=LocalWatch().look({"returned": value}, value if is_model else None),
            function=function,
            ran=ran,
            code=code,
            returned=thing(value),
            key="end",
        )

    def _note(self, look: Look, variables: tuple[Local, ...], **facts: Any) -> None:
        ran = facts["ran"]
        statement = ""
        if ran is not None:
            statement = self._statements.text(ran)
        self.made.append(
            Moment(
                phase=self.phase,
                books=look.books,
                registered=look.registered,
                total=look.total,
                variables=variables,
                statement=statement,
                assigned=self.assignments.take(),
                came_back=tuple(self._came_back),
                printed=self.printed.take(),
                raised=self._caught,
                passed=self._passed,
                **facts,
            )
        )
        self._came_back.clear()
        self._caught = None
        self._passed = 0

    def _of(self, body: Body) -> LocalWatch:
        return self._variables.setdefault(body, LocalWatch())

    def _callers(self, body: Body) -> tuple[int, ...]:
        return tuple(each.first for each in self._stack if each is not body)

    def _current(self, frame: FrameType) -> nn.Module | None:
        """The module whose method runs; the first one that is made is the model itself."""
        code: CodeType = frame.f_code
        if not code.co_argcount:
            return None
        value = frame.f_locals.get(code.co_varnames[0])
        if not issubclass(type(value), nn.Module):
            return None
        if self.root is None and code.co_name == "__init__":
            self.root = value
        found: nn.Module | None = value
        return found

    def _key(self, text: str) -> str:
        return text.replace(self._own_name, "")

    def _await(self, frame: FrameType, event: str, value: Any) -> Tracer | None:
        if event == "return":
            self._note_return(frame, value)
        return self._await

    def _note_return(self, frame: FrameType, value: Any) -> None:
        name = frame.f_code.co_name
        if name == "__init__":
            value = frame.f_locals.get("self")
            if value is self.root or not issubclass(type(value), nn.Module | Tensor):
                return  # super().__init__()
            name = name_of_class(type(value))
        elif name in _CALL_OF_MODULE:
            name = name_of_class(type(frame.f_locals.get("self")))
        elif name.startswith("__"):
            return
        if value is not None:
            self._came_back.append(CameBack(function=name, value=thing(value)))
