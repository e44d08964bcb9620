"""Which line of a lecture file is being run."""

import sys
from types import FrameType


def line_of(filename: str) -> int | None:
    """The innermost one, where any is."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return None


def called_in(package: str) -> bool:
    """Whether code of a package is being run, whoever has called it."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(package):
            return True
        frame = frame.f_back
    return False
