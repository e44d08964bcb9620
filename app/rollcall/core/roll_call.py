"""The roll call: PyTorch's callers are really called, each on a fresh model, and the answers read back."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.object_walk import walk
from rollcall.core.random_state import seeded
from rollcall.core.report import Raised, Report
from rollcall.core.tensor_compare import same

LEARNING_RATE = 0.1


class TensorAnswers(Report):
    """Who reaches one tensor. None: the question does not arise, or the call raised."""

    path: str
    autograd: bool | None  # it has a .grad after one backward; None if it does not require one
    optimizer: (
        bool | None
    )  # SGD(model.parameters()) holds it; None if it does not require a gradient
    stepped: bool | None  # its values differ after one real step
    to: (
        bool | None
    )  # it is where .to() was told to bring the model; None for integers on a dtype move
    state_dict: bool  # one of its names is a key of state_dict()


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
    build: Callable[[], nn.Module], example: Tensor, device: str, seed: int, filename: str
) -> RollCall:
    """Call the roll of the model that `build` makes.

    Args:
        build: returns a fresh model with the same weights at every call; each caller gets its own.
        example: input of one forward, on the CPU.
        device: where `.to()` sends the model; "cpu" makes it a move to float64, which any machine can do.
        seed: for what forward draws.
        filename: lecture file in which to point at the line of an exception.
    """
    backward = _Backward(build(), example, seed, filename)
    to = _Move(build(), torch.float64 if device == "cpu" else torch.device(device), filename)
    heard = build()
    modules = walk(heard).modules
    for each in modules:
        each.value.training = True  # also what was built in eval mode and hears nothing
    heard.eval()
    keys = build().state_dict().keys()
    walked = walk(build())
    return RollCall(
        moved_to=to.target_name,
        tensors=tuple(
            TensorAnswers(
                path=each.path,
                autograd=backward.grads.get(each.path),
                optimizer=backward.held.get(each.path),
                stepped=backward.stepped.get(each.path),
                to=to.arrived.get(each.path),
                state_dict=any(
                    name in keys for name in (each.path, *walked.aliases.get(id(each.value), ()))
                ),
            )
            for each in walked.tensors
        ),
        modules=tuple(
            ModuleAnswers(path=each.path, eval=not each.value.training) for each in modules
        ),
        backward_raised=backward.raised,
        optimizer_raised=backward.optimizer_raised,
        to_raised=to.raised,
    )


class _Backward:
    """One forward, one backward, one optimizer step."""

    def __init__(self, model: nn.Module, example: Tensor, seed: int, filename: str) -> None:
        self.grads: dict[str, bool] = {}
        self.held: dict[str, bool] = {}
        self.stepped: dict[str, bool] = {}
        self.raised: Raised | None = None
        self.optimizer_raised: Raised | None = None
        trainable = [
            found
            for found in walk(model).tensors
            if found.value.requires_grad and found.value.is_leaf
        ]
        held: set[int] = set()
        optimizer: torch.optim.Optimizer | None = None
        try:  # before the first forward, as in a training script: what forward registers comes too late
            optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
            held = {id(tensor) for group in optimizer.param_groups for tensor in group["params"]}
        except Exception as error:
            self.optimizer_raised = Raised.of(error, filename)
        try:
            with seeded(seed):
                outputs = [out for out in tensors_in(model(example.clone())) if out.requires_grad]
                if outputs:
                    torch.autograd.backward([out.abs().square().mean() for out in outputs])
        except Exception as error:
            self.raised = Raised.of(error, filename)
        else:
            self.grads = {found.path: found.value.grad is not None for found in trainable}
        before = {
            found.path: found.value.detach().clone()
            for found in trainable
            if not is_lazy(found.value)
        }
        try:
            if optimizer is not None:
                optimizer.step()
        except Exception as error:
            self.optimizer_raised = Raised.of(error, filename)
        self.held = {found.path: id(found.value) in held for found in trainable}
        after = {found.path: found.value for found in trainable}
        self.stepped = {path: not same(values, after[path]) for path, values in before.items()}


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
            else:
                self.arrived[found.path] = (
                    None  # a dtype move leaves integers alone, registered or not
                )
