"""The roll call: each of PyTorch's callers is called on a fresh model, and its effect is read."""

from collections.abc import Callable, Collection

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import is_training
from rollcall.core.optimizer_tensors import ids_in_optimizer
from rollcall.core.pytorch_names import short_name
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.core.state_keys import listed
from rollcall.core.tensors.tensor_compare import same
from rollcall.core.walk.object_walk import Found, walk

LEARNING_RATE = 0.1


class TensorAnswers(Report):
    """Who reaches one tensor. None: the question does not arise, or the call raised."""

    path: str
    trainable: bool  # a leaf that requires a gradient; what concerns gradients is asked of no other
    # it has a .grad after one backward
    autograd: bool | None
    # SGD(model.parameters()) holds it
    optimizer: bool | None
    # its values differ after one real step
    stepped: bool | None
    # it is where .to() was told to bring the model; None for integers on a dtype move, and for what
    # is unregistered and was of that type before
    to: bool | None
    # one of its names is a key of state_dict()
    state_dict: bool | None


class ModuleAnswers(Report):
    """Whether one module heard `model.eval()`. None: that raised."""

    path: str
    eval: bool | None


class RollCall(Report):
    """All answers of one model."""

    moved_to: str  # what .to() was given: a device, or float64 where there is only the CPU
    tensors: tuple[TensorAnswers, ...]
    modules: tuple[ModuleAnswers, ...]
    backward_raised: Raised | None
    optimizer_raised: Raised | None
    to_raised: Raised | None
    state_dict_raised: Raised | None = None
    eval_raised: Raised | None = None


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
    untouched = build()
    modules, tensors, aliases = walk(untouched)
    keys, state_dict_raised = _keys(untouched, filename)
    answers = []
    for found in tensors:
        in_file = None
        if state_dict_raised is None:
            in_file = any(name in keys for name in (found.path, *aliases.get(id(found.value), ())))
        answers.append(
            TensorAnswers(
                path=found.path,
                trainable=found.path in backward.trainable,
                autograd=backward.has_grad.get(found.path),
                optimizer=backward.in_optimizer.get(found.path),
                stepped=backward.stepped.get(found.path),
                to=to.answer_about(found),
                state_dict=in_file,
            )
        )
    module_answers, eval_raised = _answers_to_eval(untouched, modules, filename)
    return RollCall(
        moved_to=to.target_name,
        tensors=tuple(answers),
        modules=module_answers,
        backward_raised=backward.raised,
        optimizer_raised=backward.optimizer_raised,
        to_raised=to.raised,
        state_dict_raised=state_dict_raised,
        eval_raised=eval_raised,
    )


def _keys(model: nn.Module, filename: str) -> tuple[Collection[str], Raised | None]:
    try:
        return listed(model).keys(), None
    except ModelRaised as error:
        return (), Raised.of(error, filename)


def _answers_to_eval(
    model: nn.Module, modules: list[Found], filename: str
) -> tuple[tuple[ModuleAnswers, ...], Raised | None]:
    try:
        with model_code("module.training = True"):
            for found in modules:  # also what was built in eval mode and hears nothing
                found.value.training = True
        with model_code("model.eval()"):
            model.eval()
    except ModelRaised as error:
        unknown = tuple(ModuleAnswers(path=found.path, eval=None) for found in modules)
        return unknown, Raised.of(error, filename)
    answers = [
        ModuleAnswers(path=found.path, eval=not is_training(found.value)) for found in modules
    ]
    return tuple(answers), None


class _Backward:
    """One forward, one backward, one optimizer step."""

    def __init__(self, model: nn.Module, example: ModelInput, seed: int, filename: str) -> None:
        self.raised: Raised | None = None
        self.optimizer_raised: Raised | None = None
        self.has_grad: dict[str, bool] = {}
        self.in_optimizer: dict[str, bool] = {}
        self.stepped: dict[str, bool] = {}
        self._filename = filename
        tensors = [found for found in walk(model).tensors if found.value.requires_grad]
        trainable = {found.path: found.value for found in tensors if found.value.is_leaf}
        self.trainable = trainable
        # It is made before the first forward, as in a training script. So it does not hold what
        # the forward registers.
        optimizer = self._optimizer(model)
        if self._runs(model, example, seed):
            self.has_grad = {path: tensor.grad is not None for path, tensor in trainable.items()}
        ready = {path: tensor for path, tensor in trainable.items() if not is_lazy(tensor)}
        before = {path: tensor.detach().clone() for path, tensor in ready.items()}
        if optimizer is not None:
            self._step(optimizer)  # where it raises, it may have changed some
            self.stepped = {path: not same(before[path], tensor) for path, tensor in ready.items()}

    def _optimizer(self, model: nn.Module) -> torch.optim.Optimizer | None:
        """Made from what the model lists; None where one of the two raises."""
        try:
            with model_code("model.parameters()"):
                parameters = list(model.parameters())
            if not parameters:  # then nothing is held, although PyTorch raises
                self.in_optimizer = dict.fromkeys(self.trainable, False)
                self.stepped = dict.fromkeys(self.trainable, False)
            with model_code("SGD(model.parameters())"):
                optimizer = torch.optim.SGD(parameters, lr=LEARNING_RATE)
        except ModelRaised as error:
            self.optimizer_raised = Raised.of(error, self._filename)
            return None
        ids = ids_in_optimizer(optimizer)
        self.in_optimizer = {path: id(tensor) in ids for path, tensor in self.trainable.items()}
        return optimizer

    def _runs(self, model: nn.Module, example: ModelInput, seed: int) -> bool:
        """Whether a forward and a backward went through."""
        try:
            with seeded(seed):
                outputs = [out for out in example.outputs(model) if out.requires_grad]
                if outputs:
                    with model_code("loss.backward()"):
                        torch.autograd.backward([out.abs().square().mean() for out in outputs])
        except ModelRaised as error:
            self.raised = Raised.of(error, self._filename)
            return False
        return True

    def _step(self, optimizer: torch.optim.Optimizer) -> None:
        try:
            with model_code("optimizer.step()"):
                optimizer.step()
        except ModelRaised as error:
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
        self.arrived: dict[str, bool] = {}
        self.raised: Raised | None = None
        try:
            with model_code(f"model.to({target})"):
                model.to(target)
        except ModelRaised as error:
            self.raised = Raised.of(error, filename)
            return
        for found in walk(model).tensors:
            tensor: Tensor = found.value
            if isinstance(target, torch.device):
                self.arrived[found.path] = tensor.device == target
            elif tensor.is_floating_point() or tensor.is_complex():  # not what holds integers
                self.arrived[found.path] = tensor.dtype == target

    def answer_about(self, before: Found) -> bool | None:
        """None where it was not asked: what is unregistered, and of that type before any move."""
        if not before.registered and short_name(before.value.dtype) == self.target_name:
            return None
        return self.arrived.get(before.path)
