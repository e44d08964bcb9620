"""What a model is to be called with, as a description from which any seed draws the tensors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from rollcall.core.input.model_input import ModelInput
from rollcall.core.pytorch_names import short_name

Path = tuple[int | str, ...]  # of one value within an input
HIGH = 10  # what integers are drawn below, where nobody says
FLOAT, INT, BOOL = "float32", "int64", "bool"
ARRAY = "numpy array of "  # and its shape: what one is called that a file's own function gives


@dataclass(frozen=True)
class TensorSpec:
    """One tensor.

    Floats are drawn from N(0, 1) or, with bounds, uniformly; integers from `low` up to, but not
    including, `high`.
    """

    shape: tuple[int, ...]
    dtype: str = FLOAT
    low: float | None = None
    high: float | None = None

    @property
    def is_float(self) -> bool:
        """Whether it holds real or complex numbers, and no integers."""
        dtype = getattr(torch, self.dtype)
        return bool(dtype.is_floating_point or dtype.is_complex)

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Between which it is drawn; None: from N(0, 1)."""
        if self.high is None and self.is_float:
            return None
        high = self.high
        if high is None:
            high = HIGH
        return self.low or 0, high

    def draw(self, generator: torch.Generator) -> Tensor:
        """Draw it on the CPU."""
        dtype, bounds = getattr(torch, self.dtype), self.bounds
        # A lecture file may have set another default device.
        where: dict[str, Any] = {"generator": generator, "device": "cpu"}
        if self.dtype == BOOL:
            return torch.randint(2, self.shape, **where).bool()
        if bounds is None:
            return torch.randn(self.shape, **where).to(dtype)
        low, high = bounds
        if self.is_float:
            return (torch.rand(self.shape, **where) * (high - low) + low).to(dtype)
        return torch.randint(int(low), int(high), self.shape, **where).to(dtype)


@dataclass(frozen=True)
class ConstantSpec:
    """What is no tensor, such as a number of steps; it is what it is for every seed."""

    value: Any


@dataclass(frozen=True)
class ArraySpec:
    """One array of numpy, with the numbers of a tensor."""

    tensor: TensorSpec


GroupKind = Literal["call", "list", "tuple", "dict"]


@dataclass(frozen=True)
class GroupSpec:
    """Several values: a list, a tuple, a dict, or the arguments of a call.

    The key of a positional argument is its place, that of a keyword argument its name.
    """

    kind: GroupKind
    items: tuple[tuple[int | str, "Spec"], ...]

    def at(self, path: Path) -> "Spec":
        """What stands at a path."""
        spec: Spec = self
        for key in path:
            assert isinstance(spec, GroupSpec)
            spec = dict(spec.items)[key]
        return spec

    def with_value(self, path: Path, value: "Spec") -> "GroupSpec":
        """The same with another value at a path, or with one more."""
        first, rest = path[0], path[1:]
        items = dict(self.items)
        if rest:
            inner = items[first]
            assert isinstance(inner, GroupSpec)
            value = inner.with_value(rest, value)
        items[first] = value
        return GroupSpec(self.kind, tuple(items.items()))

    @property
    def arrays(self) -> Iterator[TensorSpec]:
        """What every array of numpy in it is drawn as."""
        for _, value in self.items:
            if isinstance(value, ArraySpec):
                yield value.tensor
            elif isinstance(value, GroupSpec):
                yield from value.arrays

    @property
    def tensors(self) -> Iterator[tuple[Path, TensorSpec]]:
        """Every tensor in it with its path."""
        for key, value in self.items:
            if isinstance(value, TensorSpec):
                yield (key,), value
            elif isinstance(value, GroupSpec):
                for path, tensor in value.tensors:
                    yield (key, *path), tensor


Spec = TensorSpec | ArraySpec | ConstantSpec | GroupSpec


def call_of(*args: Spec, **kwargs: Spec) -> GroupSpec:
    """The arguments of a call, as a call writes them."""
    return GroupSpec("call", (*enumerate(args), *kwargs.items()))


def draw(call: GroupSpec, seed: int) -> ModelInput:
    """Draw all tensors of a call from a seed, in order."""
    generator = torch.Generator().manual_seed(seed)
    args = tuple([_value(spec, generator) for key, spec in call.items if isinstance(key, int)])
    kwargs = {key: _value(spec, generator) for key, spec in call.items if isinstance(key, str)}
    return ModelInput(args, kwargs)


def _value(spec: Spec, generator: torch.Generator) -> Any:
    if isinstance(spec, TensorSpec):
        return spec.draw(generator)
    if isinstance(spec, ArraySpec):
        return spec.tensor.draw(generator).numpy()
    if isinstance(spec, ConstantSpec):
        return spec.value
    values = {key: _value(each, generator) for key, each in spec.items}
    if spec.kind == "dict":
        return values
    if spec.kind == "list":
        return list(values.values())
    return tuple(values.values())


def described(given: ModelInput) -> GroupSpec:
    """What drawn arguments look like; integers are described by the largest among them."""
    kwargs = {name: _spec(value) for name, value in given.kwargs.items()}
    return call_of(*map(_spec, given.args), **kwargs)


def _spec(value: Any) -> Spec:
    if isinstance(value, Tensor):
        return _tensor_spec(value)
    if isinstance(value, dict):
        return GroupSpec("dict", tuple((key, _spec(each)) for key, each in value.items()))
    if isinstance(value, list | tuple):
        kind: GroupKind = "list"
        if isinstance(value, tuple):
            kind = "tuple"
        return GroupSpec(kind, tuple(enumerate(map(_spec, value))))
    if isinstance(value, np.ndarray) and value.dtype.name in ("float32", "float64"):
        return ArraySpec(TensorSpec(value.shape, value.dtype.name))
    if isinstance(value, np.ndarray):
        return ConstantSpec(f"{ARRAY}{'×'.join(map(str, value.shape)) or 'one number'}")
    return ConstantSpec(value)


def _tensor_spec(tensor: Tensor) -> TensorSpec:
    spec = TensorSpec(tuple(tensor.shape), short_name(tensor.dtype))
    if spec.is_float or spec.dtype == BOOL or not tensor.numel():
        return spec
    return TensorSpec(spec.shape, spec.dtype, high=int(tensor.max()) + 1)
