"""The Python that draws a model's input again, as a student types it."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rollcall.core.input.model_input import ModelInput

DRAWN_UNASKED = (torch.float32, torch.int64)  # types that randn() and randint() answer with


def drawn_in_python(value: Any) -> str:
    """One argument of a call: `torch.randn(4, 10)`, or a nesting of such."""
    if isinstance(value, Tensor):
        return _tensor(value)
    if isinstance(value, list):
        return f"[{', '.join(map(drawn_in_python, value))}]"
    if isinstance(value, tuple):
        return _tuple(value)
    if isinstance(value, dict):
        items = [f"{key!r}: {drawn_in_python(each)}" for key, each in value.items()]
        return f"{{{', '.join(items)}}}"
    if isinstance(value, np.ndarray):
        return f"{_tensor(torch.from_numpy(value))}.numpy()"
    return repr(value)


def _tensor(tensor: Tensor) -> str:
    shape, dtype = ", ".join(map(str, tensor.shape)), ""
    if tensor.dtype not in DRAWN_UNASKED:
        dtype = f", dtype={tensor.dtype}"
    if tensor.is_floating_point() or tensor.is_complex():
        return f"torch.randn({shape or '()'}{dtype})"
    bounds = "1"
    if tensor.numel():
        low, high = int(tensor.min()), int(tensor.max()) + 1
        bounds = f"{low}, {high}" if low < 0 else f"{high}"
    return f"torch.randint({bounds}, ({shape}{_comma(tensor.dim())}){dtype})"


def _tuple(values: tuple[Any, ...]) -> str:
    return f"({', '.join(map(drawn_in_python, values))}{_comma(len(values))})"


def _comma(length: int) -> str:
    """What makes a tuple of one."""
    if length == 1:
        return ","
    return ""


class InputPython:
    """How a program of several lines draws one input, and calls a model with it again and again."""

    def __init__(self, example: ModelInput) -> None:
        self._example = example
        self._parts: dict[str, Any] = {"args": example.args}
        if example.kwargs:
            self._parts["kwargs"] = example.kwargs

    @property
    def is_one_tensor(self) -> bool:
        """Whether it is called x, and not args and kwargs."""
        return self._example.only is not None

    @property
    def drawn(self) -> str:
        """The lines that draw it: `x = ...` or, for several arguments, `args = ...`."""
        if self._example.only is not None:
            return f"x = {drawn_in_python(self._example.only)}"
        parts = self._parts.items()
        return "\n".join(f"{name} = {drawn_in_python(value)}" for name, value in parts)

    @property
    def names(self) -> str:
        """The variables of these lines: `x`, or `args, kwargs`."""
        if self.is_one_tensor:
            return "x"
        return ", ".join(self._parts)

    @property
    def passed(self) -> str:
        """As it is passed to a model: `x`, or `*args, **kwargs`."""
        if self.is_one_tensor:
            return "x"
        return self._each("{}")

    @property
    def copied(self) -> str:
        """A copy of it, as it is passed to a model."""
        if self.is_one_tensor:
            return "x.clone()"
        return self._each("each(torch.clone, {})")

    def moved(self, call: str) -> str:
        """The same where `model.to()` went by `call`, such as `double()`; integers stay so."""
        only = self._example.only
        if only is None:
            return self._each("each(move, {})")
        if only.is_floating_point() or call.startswith("to("):
            return f"x.{call}"
        return "x"

    @property
    def exported(self) -> str:
        """As torch.export takes it."""
        if self.is_one_tensor:
            return "(x,)"
        return self.names

    def _each(self, pattern: str) -> str:
        stars = {"args": "*", "kwargs": "**"}
        return ", ".join(stars[name] + pattern.format(name) for name in self._parts)
