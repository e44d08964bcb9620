"""The autograd.Function whose forward is being run."""

import linecache
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FrameType

from torch.autograd import Function
from torch.autograd.function import BackwardCFunction

from rollcall.core.findings.kinds import GraphExit

BACKWARD = ".backward"
APPLIED = re.compile(r"(\w+)\.apply\b")
MOST_KEPT = 256  # functions, with the classes that they are the forward of


def applied_function(filename: str) -> GraphExit | None:
    """The backward of the user's autograd.Function whose forward runs, and where it is applied.

    PyTorch switches autograd off in such a forward. What it answers is in the graph: only its own
    backward can let a gradient go missing. Since 2.15 `apply` is no Python that would be seen.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        applied = _of_context(frame) or _of_forward(frame)
        if applied is not None:
            if _is_of_torch(applied):  # such as that of checkpoint()
                return None
            line = _line_of(frame.f_back, filename)
            return GraphExit(name=applied.__name__ + BACKWARD, line=line)
        frame = frame.f_back
    return None


def _of_context(frame: FrameType) -> type | None:
    """Of forward(ctx, x): its first argument knows the class."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    context = frame.f_locals.get(names[0]) if names else None
    if isinstance(context, BackwardCFunction):
        applied: type = context._forward_cls  # type: ignore[attr-defined]
        return applied
    return None


def _of_forward(frame: FrameType) -> type | None:
    """Of forward(x), which goes with a setup_context: the class that has it."""
    classes = _classes_with(frame.f_code)
    if len(classes) < 2:
        return next(iter(classes), None)
    written = _applied_names(frame.f_back)  # others inherit it
    return next((each for each in classes if each.__name__ in written), classes[0])


@lru_cache(MOST_KEPT)
def _classes_with(forward: CodeType) -> tuple[type, ...]:
    """The base before those that inherit it. PyTorch's own have a ctx where it matters."""
    return tuple(
        each
        for each in _below(Function)
        if not _is_of_torch(each) and getattr(each.forward, "__code__", None) is forward
    )


def _below(base: type[Function]) -> Iterator[type[Function]]:
    for each in base.__subclasses__():
        yield each
        yield from _below(each)


def _is_of_torch(applied: type) -> bool:
    return applied.__module__.partition(".")[0] == "torch"


def _applied_names(caller: FrameType | None) -> list[str]:
    """As in Round.apply(x), in the line that is run."""
    while caller is not None and caller.f_globals.get("__name__", "").startswith("torch."):
        caller = caller.f_back
    if caller is None:
        return []
    return APPLIED.findall(linecache.getline(caller.f_code.co_filename, caller.f_lineno))


def _line_of(frame: FrameType | None, filename: str) -> int | None:
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return None
