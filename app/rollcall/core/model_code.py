"""The border to a model's own code: what is raised or warned behind it is the model's."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Literal, TextIO

import torch
from torch import nn

from rollcall.core.lecture_line import line_of
from rollcall.core.model_raised import ModelRaised, OwnFault
from rollcall.core.report import Raised, Report


class Warned(Report):
    """A warning that a model's code or PyTorch gave, in its own words."""

    type: str
    message: str
    file: str  # the lecture file, where it came through that; else the file of PyTorch's
    line: int


OURS = Path(__file__).parents[1]


@dataclass
class Heard:
    """What a model's code said while a page ran it, beside what it returned."""

    filename: str  # the lecture file, whose lines are told
    warned: dict[Warned, None] = field(default_factory=dict)  # each once, in order
    raised: dict[Raised, None] = field(default_factory=dict)  # by calls the page goes on without
    sets_filters: bool = False  # of warnings; they are as they were when the call has ended


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


@contextmanager
def model_code(call: str) -> Iterator[None]:
    """Inside the block the model's code runs, or PyTorch's on the model.

    Args:
        call: what is called, as a script writes it.

    Raises:
        ModelRaised: from whatever is raised inside.
    """
    with raised_during(call), _warnings_heard():
        yield


@contextmanager
def raised_during(call: str) -> Iterator[None]:
    """Inside the block PyTorch works on what a model gave. What it warns of there is our doing.

    Raises:
        ModelRaised: from whatever is raised inside.
    """
    try:
        yield
    except (ModelRaised, OwnFault):
        raise
    except Exception as error:
        raise ModelRaised(call, error) from error


@contextmanager
def own_code() -> Iterator[None]:
    """Inside the block it is our own code that runs, though a model's is around it.

    Raises:
        OwnFault: from whatever is raised inside.
    """
    try:
        yield
    except Exception as error:
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


@contextmanager
def _warnings_heard() -> Iterator[None]:
    heard = _listener.get()
    if heard is None:
        yield
        return

    def note(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        in_lecture = line_of(heard.filename)
        if in_lecture is not None:
            filename, lineno = Path(heard.filename).name, in_lecture
        elif Path(filename).is_relative_to(OURS):  # we are the caller of who warned
            filename, lineno = _innermost_of_others()
        warned = Warned(
            type=category.__name__,
            message=str(message),
            file=filename.rpartition("site-packages/")[2],
            line=lineno,
        )
        heard.warned.setdefault(warned)

    with warnings.catch_warnings(), _warnings_repeated():
        warnings.simplefilter("always")
        warnings.showwarning = note
        filters = list(warnings.filters)
        try:
            yield
        finally:
            heard.sets_filters = heard.sets_filters or list(warnings.filters) != filters


def _innermost_of_others() -> tuple[str, int]:
    """The file and the line that are being run, outside of this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (
        Path(frame.f_code.co_filename).is_relative_to(OURS)
        or frame.f_code.co_filename == warnings.__file__
    ):
        frame = frame.f_back
    if frame is None:
        return "", 0
    return frame.f_code.co_filename, frame.f_lineno


@contextmanager
def _warnings_repeated() -> Iterator[None]:
    """What PyTorch's C++ code warns of once in a process, it warns of again."""
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    try:
        yield
    finally:
        torch.set_warn_always(before)
