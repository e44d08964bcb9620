"""One dropout call: whether it is one, and the factor by which it multiplied every number."""

import inspect
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.dropout import _DropoutNd

from rollcall.core.generators import Snapshot
from rollcall.core.tensor_compare import same

FUNCTIONS = (F.dropout, F.dropout1d, F.dropout2d, F.dropout3d, F.alpha_dropout, F.feature_alpha_dropout)
CHANNEL_MODULES = (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.FeatureAlphaDropout)
CHANNEL_FUNCTIONS = (F.dropout1d, F.dropout2d, F.dropout3d, F.feature_alpha_dropout)


def drops(target: Any) -> bool:
    """Whether a module or a torch function is a dropout.

    PyTorch's are known by what they are. One that a lecture writes is a module without parameters that has dropout in
    its name; if it calls another dropout, that is the one that drops.
    """
    if not isinstance(target, nn.Module):
        return target in FUNCTIONS
    named = "dropout" in type(target).__name__.lower() and next(target.parameters(), None) is None
    return isinstance(target, _DropoutNd) or named


def independent_draws(target: Any, shape: tuple[int, ...]) -> int:
    """How many a dropout makes on an input of `shape`: one for each number, or one for each channel."""
    if not isinstance(target, CHANNEL_MODULES) and target not in CHANNEL_FUNCTIONS:
        return math.prod(shape)
    without_batch = len(shape) == 2 and (isinstance(target, nn.Dropout1d) or target is F.dropout1d)
    return shape[0] if without_batch else math.prod(shape[:2])


@dataclass
class DropoutCall:
    """One call, with all that it takes to make the same call again."""

    target: Any  # a module or a function
    owner: nn.Module | None  # the module itself, or the one whose forward calls the function
    line: int | None  # of the lecture file from which it is called
    generators: Snapshot  # as they stood before it
    attributes: dict[str, Any]  # of the module, as they were before it: a lecture's own may count its calls
    input: Tensor | None  # a copy from before it, which may change it in place
    output: Tensor | None = None
    arguments: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
    encloses: bool = False  # another dropout was called inside it

    @property
    def answered(self) -> bool:
        """Whether it returned a tensor like the one it was given, as every dropout does."""
        return self.input is not None and self.output is not None and self.input.shape == self.output.shape

    @property
    def p(self) -> float | None:
        """The probability that acted; None where a lecture's own class does not call it p."""
        p = self._argument("p")
        return float(p) if isinstance(p, float | int) else None

    @property
    def training(self) -> bool:
        """The module's own flag, or what the function was told."""
        return bool(self._argument("training"))

    def factor(self) -> Tensor:
        """By what each number was multiplied: the gradient of the output with respect to the input.

        0 where it was dropped, 1/(1-p) where inverted dropout kept it. The call is made again, with the generators as
        they were.

        Raises:
            RuntimeError: it answers otherwise the second time.
        """
        assert self.input is not None
        assert self.output is not None
        x = self.input.clone().requires_grad_(self.input.is_floating_point())
        with self.generators.restored(), torch.enable_grad():
            again = self._call(x.clone())
        if not same(again, self.output):
            raise RuntimeError("the same dropout call with the same generator state gave another answer")
        if not again.requires_grad:  # its forward turns gradients off
            return self.output / self.input
        (factor,) = torch.autograd.grad(again.sum(), x, allow_unused=True)
        return torch.zeros_like(x) if factor is None else factor

    def _call(self, x: Tensor) -> Any:
        args, kwargs = self.arguments
        with self._attributes_restored():
            return self.target(x, *args[1:], **kwargs) if args else self.target(**{**kwargs, "input": x})

    @contextmanager
    def _attributes_restored(self) -> Iterator[None]:
        if not isinstance(self.target, nn.Module):
            yield
            return
        after = dict(vars(self.target))
        vars(self.target).clear()
        vars(self.target).update(self.attributes)
        try:
            yield
        finally:
            vars(self.target).clear()
            vars(self.target).update(after)

    def _argument(self, name: str) -> Any:
        if isinstance(self.target, nn.Module):
            return self.attributes.get(name, getattr(self.target, name, None))
        args, kwargs = self.arguments
        bound = inspect.signature(self.target).bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments[name]
