"""What a model is called with: positional and keyword arguments, with tensors in any nesting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map_only

from rollcall.core.model_code import model_code, raised_during
from rollcall.core.model_raised import ModelRaised
from rollcall.core.simulated_gpu import is_gpu_simulated
from rollcall.core.tensors.nested_tensors import tensors_in

CPU = torch.device("cpu")


@dataclass(frozen=True, eq=False)
class ModelInput:
    """The arguments of one call of a model.

    A forward may change them in place. So whoever calls a model more than once passes a clone.
    """

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, *args: Any, **kwargs: Any) -> Self:
        """The arguments as a call writes them."""
        return cls(args, kwargs)

    def call(self, model: nn.Module) -> Any:
        """Call the model with these very tensors, and return what it returns.

        A forward may compute a gradient itself, as that of a force from an energy. To call it under
        no_grad() is our choice, so then it is called once more without.

        Raises:
            ModelRaised: from whatever its forward raises.
        """
        try:
            return self._call(model)
        except ModelRaised as error:
            if not _needs_graph(error):
                raise
        with torch.enable_grad():
            return self._call(model)

    def needs_graph(self, model: nn.Module) -> bool:
        """Whether its forward raises under no_grad(), because it computes a gradient itself."""
        with torch.no_grad():
            try:
                self._call(model)
            except ModelRaised as error:
                return _needs_graph(error)
        return False

    def _call(self, model: nn.Module) -> Any:
        with model_code("model(input)"):
            return model(*self.args, **self.kwargs)

    def outputs(self, model: nn.Module) -> list[Tensor]:
        """The tensors that the model returns for a copy of these. Raises as `call` does."""
        outputs = tensors_in(self.clone().call(model))
        if torch.is_grad_enabled():
            return outputs
        return [_without_graph(output) for output in outputs]

    @property
    def tensors(self) -> list[Tensor]:
        """All of them, in order."""
        if self.only is not None:  # by far the most
            return [self.only]
        return tensors_in((self.args, self.kwargs))

    @property
    def only(self) -> Tensor | None:
        """The tensor, where the model takes one and nothing else."""
        if len(self.args) == 1 and not self.kwargs and isinstance(self.args[0], Tensor):
            return self.args[0]
        return None

    @property
    def device(self) -> torch.device:
        """Where its first tensor is."""
        tensors = self.tensors
        if not tensors:
            return CPU
        return tensors[0].device

    def map(self, change: Callable[[Tensor], Tensor]) -> Self:
        """The same arguments with each tensor changed."""
        args = tuple([_changed(value, change) for value in self.args])
        kwargs = {name: _changed(value, change) for name, value in self.kwargs.items()}
        return type(self)(args, kwargs)

    def clone(self) -> Self:
        """The same arguments, each tensor a copy."""
        return self.map(torch.clone)

    def to(
        self, device: torch.device | str | None = None, dtype: torch.dtype | None = None
    ) -> Self:
        """The same on another device, or of another float type. Integers stay integers.

        An array of numpy has no device, and gets the type.
        """

        def sent(tensor: Tensor) -> Tensor:
            if tensor.is_floating_point():
                return tensor.to(device, dtype)
            return tensor.to(device)

        moved = self.map(sent)
        if dtype is None:
            return moved

        def cast(array: "np.ndarray[Any, Any]") -> Any:
            if array.dtype.kind != "f" or dtype is torch.bfloat16:  # which numpy does not know
                return array
            # By numpy itself: on the simulated GPU a tensor has no array.
            return array.astype(str(dtype).removeprefix("torch."))

        args, kwargs = tree_map_only(np.ndarray, cast, (moved.args, moved.kwargs))
        return type(self)(args, kwargs)


def _changed(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(value, Tensor):  # by far the most, and tree_map takes ten times as long
        return change(value)
    return tree_map_only(Tensor, change, value)


def stacked(inputs: Sequence[ModelInput]) -> ModelInput:
    """One input with the batches of all, one after the other along the first dimension.

    What has no dimension, or is no tensor, is the first one's.

    Raises:
        ModelRaised: from what torch.cat raises where they do not fit together.
    """
    with raised_during("torch.cat(inputs)"):
        return _stacked(inputs)


def _stacked(inputs: Sequence[ModelInput]) -> ModelInput:
    rest = iter(zip(*(each.tensors for each in inputs), strict=True))

    def joined(first: Tensor) -> Tensor:
        tensors = next(rest)
        if not first.dim():
            return first
        return torch.cat(tensors)

    return inputs[0].map(joined)


def _without_graph(output: Tensor) -> Tensor:
    if output.requires_grad:
        return output.detach()
    return output


def _needs_graph(error: ModelRaised) -> bool:
    """Whether a forward that raised this needs the graph that no_grad() keeps from it.

    Never while a GPU is simulated: there a backward pass aborts the process.
    """
    if torch.is_grad_enabled() or is_gpu_simulated():
        return False
    cause = error.cause  # one of a class of its own may not even have a text
    return type(cause) is RuntimeError and "does not require grad" in str(cause)
