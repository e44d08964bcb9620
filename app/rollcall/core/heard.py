"""What a model's code says while a page runs it: its warnings, and calls that it refuses."""

import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

import torch

from rollcall.core.lecture_line import line_of
from rollcall.core.report import LONGEST_MESSAGE, Raised, Report, as_unicode
from rollcall.core.shortened import cut
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
    kept: "Hearing | None" = None  # on from call to call; None: it begins and ends with each
    calls: int = 0  # of the model's code that have not ended

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
        if self.kept and not self.calls:
            self.kept.hand_on(message, category, filename, lineno)
            return
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

    @property
    def said(self) -> int:
        """How much has been said. It only grows."""
        return len(self.warned) + len(self.raised) + self.has_missed + self.sets_filters


class Hearing:
    """The warnings of Python and of PyTorch are given to a `Heard`, however often they come.

    Also what PyTorch's C++ code warns of once in a process: here it warns of it again.
    """

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def begin(self) -> None:
        """From now on. Warnings are global to the process."""
        self._warned_always = torch.is_warn_always_enabled()
        self._outer = (list(warnings.filters), warnings.showwarning)
        self._caught = warnings.catch_warnings(action="always")
        self._caught.__enter__()
        self._note = warnings.showwarning = self._heard.note
        self._filters = list(warnings.filters)
        torch.set_warn_always(True)

    @property
    def is_as_it_began(self) -> bool:
        """Whether no code has changed what is done with warnings."""
        if warnings.showwarning is not self._note or warnings.filters != self._filters:
            return False
        return torch.is_warn_always_enabled()

    def end(self) -> None:
        """Everything is as it was before."""
        torch.set_warn_always(self._warned_always)
        if warnings.filters != self._filters:
            self._heard.sets_filters = True
        self._caught.__exit__(None, None, None)

    def hand_on(
        self, message: Warning | str, category: type[Warning], filename: str, lineno: int
    ) -> None:
        """A warning of our own code goes where it would have gone."""
        filters, show = self._outer
        with warnings.catch_warnings():
            warnings.filters[:] = filters  # type: ignore[index]  # typeshed has it immutable
            warnings.showwarning = show
            warnings.warn_explicit(message, category, filename, lineno)


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
