"""The recorder of calls: each module call and each torch function between them, and who drew."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.modules.module import (
    _global_forward_hooks_with_kwargs,
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.overrides import TorchFunctionMode

from rollcall.core.lecture_line import line_of
from rollcall.core.model_code import own_code
from rollcall.core.pytorch_names import of_pytorch
from rollcall.core.repeatable import Arguments, Repeatable
from rollcall.core.rng.generator_watch import GeneratorWatch
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.transformed import is_transforming

CPU = torch.device("cpu")


@dataclass(eq=False)
class Call:
    """One call of a module, or of a function that some module's forward calls."""

    target: Any  # the module or the function
    parent: "Call | None"  # the call of the module whose forward makes it
    depth: int  # how many modules' forwards it is inside of
    line: int | None  # of the lecture file from which it is called
    place: int = 0  # in the list of all calls
    answered: bool = False
    drew: bool = False  # a generator moved while this was the innermost call
    initializes: bool = False  # a lazy layer, of which what is drawn are its weights
    repeatable: Repeatable | None = None

    @property
    def owner(self) -> nn.Module | None:
        """The module itself, or the one whose forward calls the function."""
        if isinstance(self.target, nn.Module):
            return self.target
        if self.parent is None:
            return None
        module: nn.Module = self.parent.target
        return module

    @property
    def around(self) -> Iterator["Call"]:
        """The calls that it is inside of, from the inside out."""
        call = self.parent
        while call is not None:
            yield call
            call = call.parent


@dataclass(eq=False)
class CallRecorder(TorchFunctionMode):
    """While it is entered, it records what a model calls.

    Modules are seen by hooks on all of them, so one that no registry knows, or that forward makes,
    is seen too. The hooks are global to the process: never enter a recorder from two threads at
    once. Functions are seen as `TorchFunctionMode` sees them: as Python calls them, and not what
    they call in turn. Functions inside PyTorch's own layers are left out: what they draw, the layer
    draws.

    A call drew random numbers if a generator moved between two events of which it was the innermost
    open call. Observed are torch's generators on the CPU and on `device`, and any `torch.Generator`
    that a function is given. Around a lecture's own modules numpy's and Python's are observed, too.

    Args:
        filename: the lecture file that lines are of.
        device: where the model computes.
        can_repeat: for which targets it is noted what a call needs to be made again.
        on_end: is told of each call when it has answered or raised, with arguments and output.
    """

    filename: str
    device: torch.device = CPU
    can_repeat: Callable[[Any], bool] = lambda _: False
    on_end: Callable[[Call, Arguments, Any], None] = lambda *_: None
    calls: list[Call] = field(default_factory=list)  # in the order in which they began
    failed: Call | None = None  # the innermost call that raised, where nobody caught it

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Call] = []  # the modules whose forward is under way, the innermost last
        self._watch = GeneratorWatch(self.device)  # anew when it is entered
        self._looks_away = False
        self._hooks = ExitStack()

    def __enter__(self) -> "CallRecorder":
        add_pre_hook, add_hook = register_module_forward_pre_hook, register_module_forward_hook
        self._hooks.callback(add_pre_hook(self._enter_module).remove)
        handle = add_hook(self._leave_module, with_kwargs=True, always_call=True)
        # PyTorch 2.13 leaves this entry behind, and would warn of a hook at each compiled module.
        self._hooks.callback(_global_forward_hooks_with_kwargs.pop, handle.id, None)
        self._hooks.callback(handle.remove)
        self._watch = GeneratorWatch(self.device)
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)  # type: ignore[no-untyped-call]
        self._hooks.close()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        arguments = (args, kwargs or {})
        if self._looks_away or (self._open and of_pytorch(self._open[-1].target)):
            return func(*args, **arguments[1])
        with own_code():
            call = self._begin(func, arguments)
            given = _generators_in(arguments)
            before = [generator.get_state() for generator in given]
        try:
            output = func(*args, **arguments[1])
        except Exception:
            self._list(call)
            with own_code():
                self._fail(call, arguments)
            raise
        if not _computes(func, output):
            return output
        with own_code():
            self._list(call)
            self._look_for_draws(call)
            moved = (
                not torch.equal(g.get_state(), state)
                for g, state in zip(given, before, strict=True)
            )
            call.drew = call.drew or any(moved)
            self._answer(call, arguments, output)
        return output

    def _enter_module(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        with self._aside():
            call = self._begin(module, (args, {}))
            call.initializes = _is_lazy(module)
        self._list(call)
        self._open.append(call)

    def _leave_module(self, module: nn.Module, args: Any, *rest: Any) -> None:
        kwargs: dict[str, Any] = {}
        if len(rest) > 1:  # after an exception PyTorch leaves them out
            kwargs = rest[0]
        output = rest[-1]
        call = self._open.pop()
        with self._aside():
            self._look_for_draws(call)
            if _draws_elsewhere(module):
                self._look_elsewhere(call)
            if output is None and sys.exception() is not None:
                self._fail(call, (args, kwargs))
            else:
                self._answer(call, (args, kwargs), output)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """What a hook computes is not the model's."""
        self._looks_away = True
        try:
            with own_code():
                yield
        finally:
            self._looks_away = False

    def _begin(self, target: Any, arguments: Arguments) -> Call:
        parent = next(reversed(self._open), None)
        self._look_for_draws(parent)
        elsewhere = _draws_elsewhere(target)
        if elsewhere:
            self._look_elsewhere(parent)
        call = Call(target, parent, len(self._open), line_of(self.filename))
        if self.can_repeat(target) and not is_transforming():
            random_state = self._watch.state(elsewhere)
            call.repeatable = Repeatable.before(target, arguments, random_state)
        return call

    def _list(self, call: Call) -> None:
        call.place = len(self.calls)
        self.calls.append(call)

    def _answer(self, call: Call, arguments: Arguments, output: Any) -> None:
        call.answered = True
        self.failed = None  # somebody caught it
        if call.repeatable:
            call.repeatable.note_answer(arguments, output)
        self.on_end(call, arguments, output)

    def _fail(self, call: Call, arguments: Arguments) -> None:
        self.failed = self.failed or call
        self.on_end(call, arguments, None)

    def _look_for_draws(self, innermost: Call | None) -> None:
        """Whoever was the innermost call since the last look is the one that moved a generator."""
        if self._watch.torch_moved() and innermost is not None and not innermost.initializes:
            innermost.drew = True

    def _look_elsewhere(self, innermost: Call | None) -> None:
        """The same for numpy and Python, whose generators only a lecture's own modules move.

        So it is enough to look where such a module begins and ends.
        """
        if not self._watch.foreign_moved() or innermost is None:
            return
        for call in (innermost, *innermost.around):
            if _draws_elsewhere(call.target):
                call.drew = True
                return


def _is_lazy(module: nn.Module) -> bool:
    if not isinstance(module, LazyModuleMixin):
        return False
    return bool(module.has_uninitialized_params())


def _draws_elsewhere(target: Any) -> bool:
    """Whether it may draw from numpy's or Python's generator: PyTorch's own code never does."""
    return isinstance(target, nn.Module) and not of_pytorch(target)


def _computes(function: Any, output: Any) -> bool:
    """Whether a function gave a tensor with numbers of its own, which x.grad and empty() do not."""
    name = getattr(function, "__name__", "")
    if name in ("__get__", "__set__") or "empty" in name:
        return False
    return bool(tensors_in(output))


def _generators_in(arguments: Arguments) -> list[torch.Generator]:
    args, kwargs = arguments
    return [each for each in (*args, *kwargs.values()) if isinstance(each, torch.Generator)]
