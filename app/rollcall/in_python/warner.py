"""Tells what a model hides, as warnings at the lines that assign it, or as one error."""

import sys
import warnings
from types import FrameType
from typing import TYPE_CHECKING, Any

from torch import nn

from rollcall.core.code_place import CodePlace
from rollcall.core.unwrapped import unwrapped
from rollcall.core.walk.object_walk import walk
from rollcall.core.walk.ownership import ENGINES, package_of
from rollcall.in_python.hides_something import hides_something
from rollcall.in_python.remembered import Remembered
from rollcall.in_python.unregistered import UnregisteredError, UnregisteredWarning

if TYPE_CHECKING:
    from rollcall.in_python.told import Told

MOST = 8  # places of one model that are told
# By file: Python's memory of which warning it has shown at which line.
_shown: dict[str, dict[Any, Any]] = {}


class Warner:
    """Tells what a model hides, each thing once."""

    def __init__(self, *, error: bool) -> None:
        self.error = error
        self._told = Remembered()

    def tell(self, model: nn.Module) -> list[nn.Module]:
        """Warn of a model, or raise; the modules that were looked at.

        Raises:
            UnregisteredError: where an error is asked for.
            UnregisteredWarning: where Python's own filters make an error of it.
        """
        inner = unwrapped(model)
        walked = walk(inner)
        told: list[Told] = []
        if hides_something(walked):
            from rollcall.in_python.told import told_of  # a healthy model needs no words

            told = told_of(inner, walked, self._told)
        if told and self.error:
            raise UnregisteredError(_as_error(told))
        for each in told:
            self._told.add(each.values)
        for each in told[:MOST]:
            _warn(each.text, each.at)
        if len(told) > MOST:
            _warn(f"{len(told) - MOST} more places hide something from PyTorch.", None)
        return [model, *(found.value for found in walked.modules)]


def _as_error(told: list["Told"]) -> str:
    lines = []
    for each in told:
        where = ""
        if each.at:
            where = f" ({each.at.file}:{each.at.line})"
        lines.append(f"{each.text}{where}")
    return "\n".join(lines)


def _warn(text: str, at: CodePlace | None) -> None:
    """Python shows the line that assigns it below the warning; without one, the one that calls."""
    place = at or _calling_line()
    shown = _shown.setdefault(place.file, {})
    warnings.warn_explicit(text, UnregisteredWarning, place.file, place.line, registry=shown)


def _calling_line() -> CodePlace:
    """Of the script: outside of PyTorch and of ours."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if package_of(frame.f_globals.get("__name__", "")) not in ENGINES:
            return CodePlace(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return CodePlace("<unknown>", 1)
