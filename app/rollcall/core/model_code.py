"""The border to a model's own code: what is raised or warned behind it is the model's."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Literal, TextIO

import torch
from torch import nn

from rollcall.core.lecture_line import line_of
from rollcall.core.model_raised import ModelRaised, OwnFault, is_of_code
from rollcall.core.report import LONGEST_MESSAGE, Raised, Report, as_unicode
from rollcall.core.shortened import cut
from rollcall.core.tensors.transformed import is_transforming
from rollcall.folders import PACKAGE

MOST_WARNINGS = 100  # of one model, that are told


class Warned(Report):
    """A warning that a model's code or PyTorch gave, in its own words."""

    type: str
    message: str
    file: str  # the lecture file, where it came through that; else the file of PyTorch's
    line: int


@dataclass
class Heard:
    """What a model's code said while a page ran it, beside what it returned."""

    filename: str  # the lecture file, whose lines are told
    warned: dict[Warned, None] = field(default_factory=dict)  # each once, in order
    raised: dict[Raised, None] = field(default_factory=dict)  # by calls the page goes on without
    has_missed: bool = False  # warnings, since there were too many
    sets_filters: bool = False  # of warnings; they are as they were when the call has ended

    def note(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """Take the place of `warnings.showwarning`."""
        if _library_is_imported(self.filename):
            return
        in_lecture = line_of(self.filename)
        if in_lecture is not None:
            filename, lineno = Path(self.filename).name, in_lecture
        elif Path(filename).is_relative_to(PACKAGE):  # we are the caller of who warned
            filename, lineno = _innermost_of_others()
        warned = Warned(
            type=category.__name__,
            message=cut(as_unicode(str(message)), LONGEST_MESSAGE),
            file=filename.rpartition("site-packages/")[2],
            line=lineno,
        )
        if warned in self.warned or len(self.warned) < MOST_WARNINGS:
            self.warned.setdefault(warned)
        else:
            self.has_missed = True


_listener: ContextVar[Heard | None] = ContextVar("_listener", default=None)


@contextmanager
def listening(heard: Heard) -> Iterator[None]:
    """Note in `heard` what model code warns of inside the block.

    Warnings are global to the process: never enter this from two threads at once.
    """
    token = _listener.set(heard)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def unheard() -> Iterator[None]:
    """Nothing that model code warns of inside the block is noted or printed."""
    with listening(Heard("")):
        yield


# A class, because a training enters it at each call: a generator takes four times as long.
class raised_during:  # it is called like a function
    """Inside the block PyTorch works on what a model gave. What it warns of there is our doing.

    Args:
        call: what is called, as a script writes it.

    Raises:
        ModelRaised: from whatever is raised inside.
    """

    def __init__(self, call: str) -> None:
        self._call = call

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if error is None or isinstance(error, ModelRaised | OwnFault):
            return
        if is_of_code(error):
            raise ModelRaised(self._call, error) from error


class model_code(raised_during):
    """Inside the block the model's code runs, or PyTorch's on the model. Its warnings are heard.

    Also what PyTorch's C++ code warns of once in a process: here it warns of it again.

    Args and Raises as above.
    """

    def __enter__(self) -> None:
        self._heard = _listener.get()
        if self._heard is None:
            return
        self._warns_again = torch.is_warn_always_enabled()
        self._kept = warnings.catch_warnings(action="always")
        self._kept.__enter__()
        warnings.showwarning = self._heard.note
        self._filters = list(warnings.filters)
        torch.set_warn_always(True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._heard is not None:
            torch.set_warn_always(self._warns_again)
            if warnings.filters != self._filters:
                self._heard.sets_filters = True
            self._kept.__exit__(kind, error, at)
        super().__exit__(kind, error, at)


class own_code:  # as above: a recorder enters it at each function that a forward calls
    """Inside the block it is our own code that runs, though a model's is around it.

    It is not transformed, where the model's is under torch.func.grad or the like.

    Raises:
        OwnFault: from whatever is raised inside.
    """

    def __enter__(self) -> None:
        self._apart = None
        if is_transforming():
            self._apart = torch._C._DisableFuncTorch()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._apart = None  # ends with the object
        if isinstance(error, Exception):
            raise OwnFault(f"{type(error).__name__}: {error}") from error


def set_mode(model: nn.Module, mode: Literal["train", "eval"], name: str = "model") -> None:
    """Call train() or eval() as a script does. A model may answer anything to it."""
    with going_on_after(f"{name}.{mode}()"):
        getattr(model, mode)()


def move_to(model: nn.Module, *target: str | torch.device | torch.dtype) -> None:
    """Call to() as a script does. A model may answer anything to it."""
    with going_on_after(f"model.to({', '.join(map(str, target))})"):
        model.to(*target)  # type: ignore[call-overload]  # device, dtype or both


@contextmanager
def going_on_after(call: str) -> Iterator[None]:
    """Where somebody listens, what is raised is noted and the block left."""
    heard = _listener.get()
    try:
        with model_code(call):
            yield
    except ModelRaised as error:
        if heard is None:
            raise
        heard.raised.setdefault(Raised.of(error, heard.filename))


def _library_is_imported(lecture_file: str) -> bool:
    """Whether a warning is given by a library that is being imported.

    torch.compile imports much when it is first called. That happens once in a process, so what it
    warns of says nothing about the model.
    """
    frame: FrameType | None = sys._getframe(2)  # of the caller of `note`
    while frame is not None:
        file = frame.f_code.co_filename
        if file == lecture_file or Path(file).is_relative_to(PACKAGE):
            return False
        if file == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _innermost_of_others() -> tuple[str, int]:
    """The file and the line that are being run, outside of this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (
        Path(frame.f_code.co_filename).is_relative_to(PACKAGE)
        or frame.f_code.co_filename == warnings.__file__
    ):
        frame = frame.f_back
    if frame is None:
        return "", 0
    return frame.f_code.co_filename, frame.f_lineno
