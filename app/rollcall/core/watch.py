"""Watching a forward from outside: every module that is called, and every torch function between them."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

from torch import nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode


class Watch(TorchFunctionMode):
    """While it is entered, says what is called; a subclass keeps what it wants to know.

    Modules are seen by hooks on all of them, so one that no registry knows, or that forward makes, is seen too. The
    hooks are global to the process: never enter a watch from two threads at once. Functions are seen as
    `TorchFunctionMode` sees them: as Python calls them, and not what they call in turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self.running: list[nn.Module] = []  # the modules whose forward is under way, the innermost last
        self._looking_away = False
        self._hooks = ExitStack()

    def called(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        """A module is called; it is the last of `running`."""

    def returned(self, module: nn.Module, inputs: Any, output: Any) -> None:
        """Its forward has ended."""

    def raised(self, module: nn.Module) -> None:
        """Its forward has ended with an exception."""

    def stepping(self, function: Any, inputs: Any) -> None:
        """A torch function is called. It may change its input in place."""

    def stepped(self, function: Any, inputs: Any, output: Any) -> None:
        """A torch function has answered."""

    def step_raised(self, function: Any, inputs: Any) -> None:
        """A torch function has raised."""

    def __enter__(self) -> "Watch":
        self._hooks.callback(register_module_forward_pre_hook(self._enter_module).remove)
        self._hooks.callback(
            register_module_forward_hook(self._leave_module, with_kwargs=True, always_call=True).remove
        )
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)  # type: ignore[no-untyped-call]
        self._hooks.close()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        inputs = (args, kwargs or {})
        if self._looking_away:
            return func(*args, **inputs[1])
        self.stepping(func, inputs)
        try:
            output = func(*args, **inputs[1])
        except Exception:
            self.step_raised(func, inputs)
            raise
        if getattr(func, "__name__", "") not in ("__get__", "__set__"):  # x.shape and x.grad compute nothing
            self.stepped(func, inputs, output)
        return output

    def _enter_module(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        self.running.append(module)
        with self._aside():
            self.called(module, inputs)

    def _leave_module(self, module: nn.Module, args: Any, *rest: Any) -> None:
        kwargs, output = rest if len(rest) == 2 else ({}, rest[0])  # after an exception PyTorch leaves the kwargs out
        with self._aside():
            if output is None and sys.exception() is not None:
                self.raised(module)
            else:
                self.returned(module, (args, kwargs), output)
        self.running.pop()

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """What a hook computes is not the model's."""
        self._looking_away = True
        try:
            yield
        finally:
            self._looking_away = False


def of_pytorch(module: nn.Module) -> bool:
    """Whether a module's forward is PyTorch's own affair rather than the lecture's."""
    return type(module).__module__.partition(".")[0] == "torch"


def name_of(function: Any) -> str:
    """A torch function as a lecture writes it: F.relu, torch.where, and `add` for both x + y and x.add(y)."""
    home = getattr(function, "__module__", None) or ""
    name = getattr(function, "__name__", type(function).__name__)
    if home in ("torch.nn.functional", "torch._C._nn"):
        return f"F.{name}"
    if home == "torch.nn.init":
        return f"init.{name}"
    return f"torch.{name}" if home == "torch" else name.removeprefix("__").removesuffix("__")


def line_of(filename: str) -> int | None:
    """The innermost line of a lecture file that is being run."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return None
