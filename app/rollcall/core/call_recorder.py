"""The recorder of calls: each module call and each torch function between them, and who drew."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.pytorch_names import of_pytorch
from rollcall.core.random_state import FOREIGN_GENERATORS, RandomState, torch_generators

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
CPU = torch.device("cpu")


@dataclass(eq=False)
class Repeatable:
    """All that it takes to make a call again."""

    random_state: RandomState  # before it
    attributes: dict[str, Any]  # of the module, before it: a lecture's own may count its calls
    input: Tensor | None  # a copy of the first argument, which the call may change in place
    arguments: Arguments = ((), {})
    output: Tensor | None = None  # a copy, which the next calls cannot change; None: no tensor


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
    repeatable: Repeatable | None = None

    @property
    def owner(self) -> nn.Module | None:
        """The module itself, or the one whose forward calls the function."""
        if isinstance(self.target, nn.Module):
            return self.target
        return self.parent.target if self.parent else None

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
        self._own = torch_generators(self.device)
        self._last = RandomState(self._own)
        self._last_foreign: RandomState | None = None  # until somebody may draw from them
        self._looks_away = False
        self._hooks = ExitStack()

    def __enter__(self) -> "CallRecorder":
        add_pre_hook, add_hook = register_module_forward_pre_hook, register_module_forward_hook
        self._hooks.callback(add_pre_hook(self._enter_module).remove)
        self._hooks.callback(
            add_hook(self._leave_module, with_kwargs=True, always_call=True).remove
        )
        self._last = RandomState(self._own)
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)  # type: ignore[no-untyped-call]
        self._hooks.close()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        arguments = (args, kwargs or {})
        hidden = bool(self._open) and of_pytorch(self._open[-1].target)
        if self._looks_away or hidden:
            return func(*args, **arguments[1])
        call = self._begin(func, arguments)
        given = _generators_in(arguments)
        before = [generator.get_state() for generator in given]
        try:
            output = func(*args, **arguments[1])
        except Exception:
            self._list(call)
            self._fail(call, arguments)
            raise
        if not _computes(func, output):
            return output
        self._list(call)
        self._look_for_draws(call)
        moved = (
            not torch.equal(g.get_state(), state) for g, state in zip(given, before, strict=True)
        )
        call.drew = call.drew or any(moved)
        self._answer(call, arguments, output)
        return output

    def _enter_module(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        with self._aside():
            call = self._begin(module, (args, {}))
        self._list(call)
        self._open.append(call)

    def _leave_module(self, module: nn.Module, args: Any, *rest: Any) -> None:
        # After an exception PyTorch leaves the keyword arguments out.
        *kwargs_if_answered, output = rest
        kwargs = kwargs_if_answered[0] if kwargs_if_answered else {}
        call = self._open.pop()
        with self._aside():
            self._look_for_draws(call)
            if output is None and sys.exception() is not None:
                self._fail(call, (args, kwargs))
            else:
                self._answer(call, (args, kwargs), output)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """What a hook computes is not the model's."""
        self._looks_away = True
        try:
            yield
        finally:
            self._looks_away = False

    def _begin(self, target: Any, arguments: Arguments) -> Call:
        parent = self._open[-1] if self._open else None
        is_module = isinstance(target, nn.Module)
        # What a module draws elsewhere between two functions is still its own at its next module.
        self._look_for_draws(parent, also_elsewhere=is_module)
        if self._last_foreign is None and _draws_elsewhere(target):
            self._last_foreign = RandomState(FOREIGN_GENERATORS)
        call = Call(target, parent, len(self._open), line_of(self.filename))
        if self.can_repeat(target):
            call.repeatable = Repeatable(
                self._state_of(target), _attributes(target), first_tensor(arguments)
            )
        return call

    def _list(self, call: Call) -> None:
        call.place = len(self.calls)
        self.calls.append(call)

    def _answer(self, call: Call, arguments: Arguments, output: Any) -> None:
        call.answered = True
        self.failed = None  # somebody caught it
        if call.repeatable:
            call.repeatable.arguments = arguments
            if isinstance(output, Tensor):
                call.repeatable.output = output.detach().clone()
            if call.repeatable.input is None:  # given by name, of which PyTorch tells only now
                call.repeatable.input = first_tensor(arguments)
        self.on_end(call, arguments, output)

    def _fail(self, call: Call, arguments: Arguments) -> None:
        self.failed = self.failed or call
        self.on_end(call, arguments, None)

    def _state_of(self, target: Any) -> RandomState:
        """As `_look_for_draws` has just seen it."""
        if _draws_elsewhere(target):
            return RandomState([*self._own, *FOREIGN_GENERATORS])
        return self._last

    def _look_for_draws(self, innermost: Call | None, also_elsewhere: bool = True) -> None:
        """Whoever was the innermost call since the last look is the one that moved a generator."""
        now = RandomState(self._own)
        moved = now != self._last
        self._last = now
        if innermost is not None and also_elsewhere and _draws_elsewhere(innermost.target):
            foreign = RandomState(FOREIGN_GENERATORS)
            moved = moved or foreign != self._last_foreign
            self._last_foreign = foreign
        if innermost is not None and moved:
            innermost.drew = True


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


def _attributes(target: Any) -> dict[str, Any]:
    return dict(vars(target)) if isinstance(target, nn.Module) else {}


def first_tensor(arguments: Arguments) -> Tensor | None:
    """A copy of the first argument, or of the one called `input`, where it is a tensor."""
    args, kwargs = arguments
    first = args[0] if args else kwargs.get("input")
    return first.detach().clone() if isinstance(first, Tensor) else None


def line_of(filename: str) -> int | None:
    """The innermost line of a lecture file that is being run."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return None
