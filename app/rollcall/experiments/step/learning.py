"""Backward and one step of an optimizer: who has a gradient, and who moved."""

from typing import Any

from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import SGD

from rollcall.core.model_code import model_code, raised_during
from rollcall.core.model_raised import ModelRaised
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.plain_tensor import plain
from rollcall.core.tensors.tensor_compare import max_abs_diff
from rollcall.core.tensors.tensor_shape import shape_of
from rollcall.core.walk.found import Found
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.step.moment import TensorAfter

LR = 0.1
MOST_TENSORS = 48


class Learning:
    """An optimizer that is made before the forward, as in a script, and what comes after it.

    Args:
        model: that has not been called yet.
    """

    def __init__(self, model: nn.Module) -> None:
        self.loss: float | None = None
        self.refused: ModelRaised | None = None  # by the optimizer, for model.parameters()
        self.answers: list[Tensor] = []
        self._model = model
        self._optimizer: SGD | None = None
        self._tensors: list[Found] = []
        try:
            with model_code("SGD(model.parameters(), lr=0.1)"):
                self._optimizer = SGD(model.parameters(), lr=LR)
        except ModelRaised as error:
            self.refused = error

    def take(self, output: Any) -> None:
        """What the model has answered."""
        self.answers = [each for each in tensors_in(output) if _has_loss(each)]
        found = [each for each in walk(self._model).tensors if _may_learn(each)]
        self._tensors = found[:MOST_TENSORS]

    def backward(self) -> tuple[TensorAfter, ...]:
        """The sum of the mean squares of all answers, backwards.

        Raises:
            ModelRaised: from what autograd raises.
        """
        with raised_during("loss"):
            loss = sum(each.abs().square().mean() for each in self.answers)
            assert isinstance(loss, Tensor)
            self.loss = float(loss.detach())
        with model_code("loss.backward()"):
            loss.backward()  # type: ignore[no-untyped-call]
        return tuple(_after(each, None) for each in self._tensors)

    def step(self) -> tuple[TensorAfter, ...]:
        """One of SGD, on what parameters() gave."""
        before = [plain(each.value).clone() for each in self._tensors]
        if self._optimizer is not None:
            try:
                with model_code("optimizer.step()"):
                    self._optimizer.step()
            except ModelRaised as error:
                self.refused = error
        pairs = zip(self._tensors, before, strict=True)
        return tuple(_after(each, was) for each, was in pairs)


def _has_loss(tensor: Tensor) -> bool:
    return bool(tensor.is_floating_point() or tensor.is_complex())


def _may_learn(found: Found) -> bool:
    value = found.value
    if is_lazy(value) or value.is_meta or not value.is_leaf:
        return False
    return bool(value.requires_grad)


def _after(found: Found, before: Tensor | None) -> TensorAfter:
    value: Tensor = found.value
    gradient, moved = None, None
    if value.grad is not None:
        gradient = float(plain(value.grad).abs().square().sum().sqrt())
    if before is not None:
        moved = max_abs_diff(plain(value), before)
    return TensorAfter(
        path=found.path,
        status=found.status,
        shape=shape_of(value),
        gradient=gradient,
        moved=moved,
    )
