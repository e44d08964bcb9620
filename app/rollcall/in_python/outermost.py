"""Tells of each outermost module that is called, at its first call.

Every module call of the process comes by here, so that the usual way is short: a module that is
known is called, and nothing else happens. PyTorch's own global hook would send every module the
long way through its hooks, and torch.compile warns where it sees one.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import torch
from torch import nn
from torch.compiler import is_compiling

from rollcall.in_python.remembered import Remembered

_SCAN = "rollcall.core.scan"  # by name: a script that only imports does not wait for it
_attributes = nn.Module.__dict__["__dict__"].__get__  # past any `__getattr__` of the module's


class OutermostCalls:
    """Stands before `nn.Module.__call__` from when it is made until `stop`.

    Args:
        look: is given each outermost module before its first call. What it raises, the call raises.
    """

    def __init__(self, look: Callable[[nn.Module], None]) -> None:
        self.known = Remembered()  # modules that need not be told of
        self._look = look
        self._before: Any = nn.Module.__call__
        self._call = self._in_place_of(self._before)
        _hide_from_the_compiler(self._call)
        nn.Module.__call__ = self._call  # type: ignore[method-assign]

    def _in_place_of(self, before: Any) -> Any:
        known, first_call = self.known.ids, self._first_call

        def call(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
            # The compiler takes the first for true, and so sees none of ours.
            if is_compiling() or id(self) in known:
                return before(self, *args, **kwargs)
            first_call(self)
            return before(self, *args, **kwargs)

        return call

    def stop(self) -> None:
        """Step aside. Where another one stands before it by now, it stays, and tells no more."""
        self._look = _look_away
        if nn.Module.__call__ is self._call:
            nn.Module.__call__ = self._before  # type: ignore[method-assign]

    def _first_call(self, module: nn.Module) -> None:
        if "_is_replica" in _attributes(module):  # DataParallel makes them anew at every call
            return
        code, is_inside = self._call.__code__, False
        frame: FrameType | None = sys._getframe(2)  # who calls it, in this thread
        while frame is not None:
            if frame.f_globals.get("__name__") == _SCAN:
                return  # its forward is not the script's
            if frame.f_code is code:
                is_inside = True
            frame = frame.f_back
        if is_inside:
            self.known.add([module])  # the forward of a model that was looked at has made it
        else:
            self._look(module)


def _look_away(model: nn.Module) -> None:
    """It is told of no model."""


def _hide_from_the_compiler(function: Any) -> None:
    """torch.compile passes over its frame, and begins with the model's forward as without us."""
    frames = getattr(torch._C._dynamo, "eval_frame", None)
    try:
        action = frames._FrameAction  # type: ignore[union-attr]
        pass_over = frames._FrameExecStrategy(  # type: ignore[union-attr]
            action.SKIP, action.DEFAULT
        )
        frames.set_code_exec_strategy(  # type: ignore[union-attr]
            function.__code__, pass_over
        )
    except AttributeError:  # a PyTorch without it compiles these few lines, too
        return
