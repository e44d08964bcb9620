"""The border to a model's own code: what is raised or warned behind it is the model's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Literal

import torch
from torch import nn

from rollcall.core.heard import Heard, Hearing
from rollcall.core.model_raised import ModelRaised, OwnFault, is_of_code
from rollcall.core.report import Raised
from rollcall.core.tensors.transformed import is_transforming

_listener: ContextVar[Heard | None] = ContextVar("_listener", default=None)


# Classes, because a training enters them at each call: a generator takes four times as long.
class listening:  # it is called like a function
    """Note in `heard` what model code warns of inside the block.

    Warnings are global to the process: never enter this from two threads at once.
    """

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def __enter__(self) -> None:
        self._token = _listener.set(self._heard)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        _listener.reset(self._token)


@contextmanager
def unheard() -> Iterator[None]:
    """Nothing that model code warns of inside the block is noted or printed."""
    with listening(Heard("")):
        yield


class raised_during:  # as above
    """Inside the block PyTorch works on what a model gave. What it warns of there is our doing.

    Args:
        call: what is called, as a script writes it.

    Raises:
        ModelRaised: from whatever is raised inside.
    """

    def __init__(self, call: str) -> None:
        self._call = call

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if error is None or isinstance(error, ModelRaised | OwnFault):
            return
        if is_of_code(error):
            raise ModelRaised(self._call, error) from error


class model_code(raised_during):
    """Inside the block the model's code runs, or PyTorch's on the model. Its warnings are heard.

    Args and Raises as above.
    """

    def __enter__(self) -> None:
        self._heard = _listener.get()
        if self._heard is not None:
            self._heard.calls += 1
            self._hearing = self._heard.kept or Hearing(self._heard)
            if self._heard.kept is None:
                self._hearing.begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._heard is not None:
            self._heard.calls -= 1
            if self._heard.kept is None:
                self._hearing.end()
            elif not self._hearing.is_as_it_began:
                self._hearing.end()
                self._hearing.begin()
        super().__exit__(kind, error, at)


class hearing:  # as above
    """Keep listening inside the block, in which `model_code` is entered again and again.

    To begin and to end takes 10 µs, as long as a small layer. A warning of other code than the
    model's goes where it went before.
    """

    def __enter__(self) -> None:
        self._heard = _listener.get()
        if self._heard is not None:
            self._outer = self._heard.kept
            self._heard.kept = Hearing(self._heard)
            self._heard.kept.begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._heard is not None and self._heard.kept is not None:
            self._heard.kept.end()
            self._heard.kept = self._outer


class own_code:  # as above: a recorder enters it at each function that a forward calls
    """Inside the block it is our own code that runs, though a model's is around it.

    It is not transformed, where the model's is under torch.func.grad or the like.

    Raises:
        OwnFault: from whatever is raised inside.
    """

    def __enter__(self) -> None:
        self._apart = None
        if is_transforming():
            self._apart = torch._C._DisableFuncTorch()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._apart = None  # ends with the object
        if isinstance(error, Exception):
            raise OwnFault(f"{type(error).__name__}: {error}") from error


def set_mode(model: nn.Module, mode: Literal["train", "eval"], name: str = "model") -> None:
    """Call train() or eval() as a script does. A model may answer anything to it."""
    with going_on_after(f"{name}.{mode}()"):
        getattr(model, mode)()


def move_to(model: nn.Module, *target: str | torch.device | torch.dtype) -> None:
    """Call to() as a script does. A model may answer anything to it."""
    with going_on_after(f"model.to({', '.join(map(str, target))})"):
        model.to(*target)  # type: ignore[call-overload]  # device, dtype or both


@contextmanager
def going_on_after(call: str) -> Iterator[None]:
    """Where somebody listens, what is raised is noted and the block left."""
    heard = _listener.get()
    try:
        with model_code(call):
            yield
    except ModelRaised as error:
        if heard is None:
            raise
        heard.raised.setdefault(Raised.of(error, heard.filename))
