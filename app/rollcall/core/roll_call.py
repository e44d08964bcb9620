"""The roll call: each of PyTorch's callers is called on a fresh model, and its effect is read."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.model_input import ModelInput
from rollcall.core.nested_tensors import tensors_in
from rollcall.core.object_walk import walk
from rollcall.core.optimizer_tensors import ids_in_optimizer
from rollcall.core.random_state import seeded
from rollcall.core.report import Raised, Report
from rollcall.core.tensor_compare import same

LEARNING_RATE = 0.1


class TensorAnswers(Report):
    """Who reaches one tensor. None: the question does not arise, or the call raised."""

    path: str
    # it has a .grad after one backward; None if it does not require one
    autograd: bool | None
    # SGD(model.parameters()) holds it; None if it does not require a gradient
    optimizer: bool | None
    # its values differ after one real step
    stepped: bool | None
    # it is where .to() was told to bring the model; None for integers on a dtype move
    to: bool | None
    # one of its names is a key of state_dict()
    state_dict: bool


class ModuleAnswers(Report):
    """Whether one module heard `model.eval()`."""

    path: str
    eval: bool


class RollCall(Report):
    """All answers of one model."""

    moved_to: str  # what .to() was given: a device, or float64 where there is only the CPU
    tensors: tuple[TensorAnswers, ...]
    modules: tuple[ModuleAnswers, ...]
    backward_raised: Raised | None
    optimizer_raised: Raised | None
    to_raised: Raised | None


def take_roll_call(
    build: Callable[[], nn.Module], example: ModelInput, device: str, seed: int, filename: str
) -> RollCall:
    """Call the roll of the model that `build` makes.

    Args:
        build: returns a fresh model with the same weights at every call. Who runs it, trains it or
            moves it gets one of its own.
        example: input of one forward, on the CPU.
        device: where `.to()` sends the model. With "cpu" it is a move to float64.
        seed: for what forward draws.
        filename: lecture file in which to point at the line of an exception.
    """
    backward = _Backward(build(), example, seed, filename)
    to = _Move(build(), move_target(device), filename)
    listed = build()
    tensors, aliases = walk(listed)[1:]
    keys = listed.state_dict().keys()
    answers = []
    for found in tensors:
        names = (found.path, *aliases.get(id(found.value), ()))
        answers.append(
            TensorAnswers(
                path=found.path,
                autograd=backward.has_grad.get(found.path),
                optimizer=backward.in_optimizer.get(found.path),
                stepped=backward.stepped.get(found.path),
                to=to.arrived.get(found.path),
                state_dict=any(name in keys for name in names),
            )
        )
    return RollCall(
        moved_to=to.target_name,
        tensors=tuple(answers),
        modules=_answers_to_eval(listed),
        backward_raised=backward.raised,
        optimizer_raised=backward.optimizer_raised,
        to_raised=to.raised,
    )


def _answers_to_eval(model: nn.Module) -> tuple[ModuleAnswers, ...]:
    modules = walk(model).modules
    for found in modules:
        found.value.training = True  # also what was built in eval mode and hears nothing
    model.eval()
    return tuple(ModuleAnswers(path=found.path, eval=not found.value.training) for found in modules)


class _Backward:
    """One forward, one backward, one optimizer step."""

    def __init__(self, model: nn.Module, example: ModelInput, seed: int, filename: str) -> None:
        self.raised: Raised | None = None
        self.optimizer_raised: Raised | None = None
        self.has_grad: dict[str, bool] = {}
        self._filename = filename
        tensors = [found for found in walk(model).tensors if found.value.requires_grad]
        trainable = {found.path: found.value for found in tensors if found.value.is_leaf}
        # It is made before the first forward, as in a training script. So it does not hold what
        # the forward registers.
        optimizer = self._optimizer(model)
        ids = set()
        if optimizer is not None:
            ids = ids_in_optimizer(optimizer)
        self.in_optimizer = {path: id(tensor) in ids for path, tensor in trainable.items()}
        if self._runs(model, example, seed):
            self.has_grad = {path: tensor.grad is not None for path, tensor in trainable.items()}
        ready = {path: tensor for path, tensor in trainable.items() if not is_lazy(tensor)}
        before = {path: tensor.detach().clone() for path, tensor in ready.items()}
        self._step(optimizer)
        self.stepped = {path: not same(before[path], tensor) for path, tensor in ready.items()}

    def _optimizer(self, model: nn.Module) -> torch.optim.Optimizer | None:
        try:
            return torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
        except Exception as error:
            self.optimizer_raised = Raised.of(error, self._filename)
            return None

    def _runs(self, model: nn.Module, example: ModelInput, seed: int) -> bool:
        """Whether a forward and a backward went through."""
        try:
            with seeded(seed):
                output = example.clone().call(model)
                outputs = [out for out in tensors_in(output) if out.requires_grad]
                if outputs:
                    torch.autograd.backward([out.abs().square().mean() for out in outputs])
        except Exception as error:
            self.raised = Raised.of(error, self._filename)
            return False
        return True

    def _step(self, optimizer: torch.optim.Optimizer | None) -> None:
        if optimizer is None:
            return
        try:
            optimizer.step()
        except Exception as error:
            self.optimizer_raised = Raised.of(error, self._filename)


def move_target(device: str) -> torch.dtype | torch.device:
    """What `.to()` is given: the device, or on the CPU, where the model is already, float64."""
    if device == "cpu":
        return torch.float64
    return torch.device(device)


class _Move:
    """One `.to()`."""

    def __init__(self, model: nn.Module, target: torch.dtype | torch.device, filename: str) -> None:
        self.target_name = str(target).removeprefix("torch.")
        self.arrived: dict[str, bool | None] = {}
        self.raised: Raised | None = None
        try:
            model.to(target)
        except Exception as error:
            self.raised = Raised.of(error, filename)
            return
        for found in walk(model).tensors:
            tensor: Tensor = found.value
            if isinstance(target, torch.device):
                self.arrived[found.path] = tensor.device == target
            elif tensor.is_floating_point():
                self.arrived[found.path] = tensor.dtype == target
            else:  # a dtype move leaves integers alone, registered or not
                self.arrived[found.path] = None
