"""What has switched autograd off where a forward stands, and in which line."""

import ast
import sys
from types import FrameType

import torch

from rollcall.core.code_place import syntax_tree
from rollcall.core.lecture_line import line_of

CHECKPOINT = "torch.utils.checkpoint"
DECORATORS = "torch.utils._contextlib"
SWITCHES = ("no_grad", "inference_mode", "set_grad_enabled")


def grad_off_at(filename: str) -> tuple[str, int | None]:
    """The name of the switch, and its line in a lecture file: of a block, a decorator or a call."""
    frame: FrameType | None = sys._getframe(1)
    in_checkpoint = False
    while frame is not None:
        if _module_of(frame) == CHECKPOINT:
            in_checkpoint = True
        if frame.f_code.co_filename == filename:
            if in_checkpoint:
                return "checkpoint", frame.f_lineno
            block = _block_around(filename, frame.f_lineno)
            if block is not None:
                return block
            if frame.f_back is not None and _module_of(frame.f_back) == DECORATORS:
                return _mode(), frame.f_code.co_firstlineno  # that of its first decorator
        frame = frame.f_back
    return _call_in(filename) or (_mode(), line_of(filename))


def _call_in(filename: str) -> tuple[str, int] | None:
    """`torch.set_grad_enabled(False)` as a statement of its own, which lasts."""
    for node in ast.walk(syntax_tree(filename)):
        if isinstance(node, ast.Expr) and _called(node.value) == "set_grad_enabled":
            return "torch.set_grad_enabled", node.lineno
    return None


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _mode() -> str:
    if torch.is_inference_mode_enabled():
        return "torch.inference_mode"
    return "torch.no_grad"


def _block_around(filename: str, line: int) -> tuple[str, int] | None:
    """The innermost `with torch.no_grad():` around a line."""
    found = None
    for node in ast.walk(syntax_tree(filename)):  # the outer ones first
        if isinstance(node, ast.With) and node.lineno <= line <= (node.end_lineno or line):
            names = [_called(item.context_expr) for item in node.items]
            switch = next((name for name in names if name in SWITCHES), None)
            if switch is not None:
                found = f"torch.{switch}", node.lineno
    return found


def _called(expression: ast.expr) -> str:
    match expression:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name
    return ""
