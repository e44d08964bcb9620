"""What is recorded of one moment: the code, the registries, the variables, what happened."""

from typing import Literal

from rollcall.core.report import Raised, Report
from rollcall.core.tensors.tensor_shape import Shape
from rollcall.core.walk.found import Registration
from rollcall.experiments.step.books import Books, Registered, Registry
from rollcall.experiments.step.local_tensors import Local
from rollcall.experiments.step.thing import Thing
from rollcall.lectures.source_lines import SourceLine

Phase = Literal["init", "forward", "backward", "step"]
# line: one is about to run; return: a function gives something back; end: the phase is over
Event = Literal["line", "return", "end"]


class Assignment(Report):
    """One run of nn.Module.__setattr__ or of a register_ method, called by the file."""

    owner: str  # class of the module
    name: str
    value: Thing
    method: str  # that the file called: "__setattr__" for `self.x = ...`
    passed_on_to: tuple[str, ...] = ()  # register_ methods that this called in turn
    landed_in: Registry | None = None  # None: it raised


class CameBack(Report):
    """One call of somebody else's code, and what it gave."""

    function: str
    value: Thing


class TensorAfter(Report):
    """One tensor after backward and after the optimizer's step."""

    path: str
    status: Registration
    shape: Shape | None
    gradient: float | None = None  # its norm; None: there is none
    moved: float | None = None  # the largest change of a number; None: no step was made


class Moment(Report):
    """One of them."""

    phase: Phase
    event: Event = "line"
    function: str = ""  # whose code is shown
    line: int | None = None  # about to run: the first line of the statement
    last: int | None = None  # its last line
    round: int = 1  # how often this call of the function came to it
    ran: int | None = None  # the line that just ran; None: it is still under way, or there is none
    callers: tuple[int, ...] = ()  # lines that are under way, the outermost first
    statement: str = ""  # of `ran`, on one line
    code: tuple[SourceLine, ...] = ()
    books: tuple[Books, ...] = ()
    registered: tuple[Registered, ...] = ()
    total: int = 0  # registered tensors
    variables: tuple[Local, ...] = ()
    assigned: tuple[Assignment, ...] = ()
    came_back: tuple[CameBack, ...] = ()
    returned: Thing | None = None
    printed: str = ""
    passed: int = 0  # statements since the last moment, in rounds of a loop that are not followed
    raised: Raised | None = None  # by the line that just ran, and caught somewhere
    key: str = ""  # equal for equal lines of both sides
    tensors: tuple[TensorAfter, ...] = ()
    loss: float | None = None
    refused: Raised | None = None  # what the optimizer raised when it was made
