"""One move of a whole model, tensor by tensor, and one forward where it was moved to."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.pytorch_names import short_name
from rollcall.core.report import Raised
from rollcall.core.rng.random_state import seeded
from rollcall.core.sending import send
from rollcall.core.simulated_gpu import simulated_gpu, simulated_gpu_for_constructors
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.walk.object_walk import Found, walk
from rollcall.experiments.device.lost_numbers import lost_numbers
from rollcall.experiments.device.made_anew import without_state
from rollcall.experiments.device.report import (
    DeviceAndType,
    FirstParameter,
    Forward,
    Move,
    MoveOutcome,
    TensorMove,
)


@dataclass(frozen=True)
class Destination:
    """Where and into which type a model is sent."""

    device: str  # "cuda:0" too where it is simulated
    dtype: torch.dtype | None  # None: every tensor keeps its own
    simulated: bool = False

    def send(self, model: nn.Module) -> None:
        """The one call that is looked at."""
        if self.dtype is None:
            model.to(self.device)
        elif self.device == "cpu":
            send(model, self.dtype)
        else:
            model.to(self.device, self.dtype)

    def send_input(self, example: ModelInput) -> ModelInput:
        """An input follows; token ids stay integers."""
        return example.to(self.device, self.dtype)

    def entered_to_build(self) -> AbstractContextManager[None]:
        """Where a constructor may move what it makes."""
        if self.simulated:
            return simulated_gpu_for_constructors()
        return torch.no_grad()

    def entered(self) -> AbstractContextManager[None]:
        """Where the device exists, and autograd is off."""
        if self.simulated:
            return simulated_gpu()
        return torch.no_grad()


def move(
    model: nn.Module,
    build: Callable[[], nn.Module],
    example: ModelInput,
    to: Destination,
    seed: int,
    filename: str,
) -> Move:
    """Send a model to a destination, look at every tensor, and call the model there once.

    Args:
        model: fresh, on the CPU.
        build: returns another one like it. It is called outside the simulation of a GPU.
        example: input of one forward, on the CPU.
        to: where to.
        seed: for what forward draws.
        filename: lecture file in which to point at the line of an exception.
    """
    moved = _move(model, example, to, seed, filename)
    forward = moved.forward
    if not to.simulated or forward is None or forward.raised is None:
        return moved
    if _is_mismatch(forward.raised):
        return moved
    # Not a complaint about devices: it is the model's own only if a real machine raises it too.
    real = _move(build(), example, Destination("cpu", to.dtype), seed, filename).forward
    if real and real.raised and real.raised.type == forward.raised.type:
        return moved
    unbelievable = forward.model_copy(update={"believable": False})
    return moved.model_copy(update={"forward": unbelievable})


def _is_mismatch(raised: Raised) -> bool:
    return any(
        said in raised.message for said in ("two devices", "different devices", "same device")
    )


def _move(model: nn.Module, example: ModelInput, to: Destination, seed: int, filename: str) -> Move:
    walked = walk(model)
    before = [_Before.of(found) for found in walked.tensors]
    with seeded(seed), to.entered():
        try:
            with model_code("model.to(…)"):
                to.send(model)
        except ModelRaised as error:
            return Move(tensors=(), raised=Raised.of(error, filename), forward=None)
        first_parameter = _first_parameter(model, filename)
        after = {found.path: found for found in walk(model).tensors}
        still_there = [each for each in before if each.found.path in after]
        moved = [_moved(each, after[each.found.path].value, to) for each in still_there]
        for each in still_there:
            for alias in walked.aliases.get(id(each.found.value), ()):
                if alias in after:
                    moved.append(_split_off(each, after[alias], to))
        forward = _forward(model, example, to, filename)
        now = {found.path: found.value for found in walk(model).tensors}
        tensors = tuple(_looked_at_again(each, after[each.path].value, now, to) for each in moved)
        if not to.simulated:  # else there are no values to compare
            tensors = without_state(tensors, model, to.send_input(example), seed)
    return Move(tensors=tensors, raised=None, first_parameter=first_parameter, forward=forward)


def _first_parameter(model: nn.Module, filename: str) -> FirstParameter:
    try:
        with model_code("next(model.parameters()).device"):
            return FirstParameter(device=str(next(model.parameters()).device))
    except ModelRaised as error:
        return FirstParameter(raised=Raised.of(error, filename))


class _Before(NamedTuple):
    """One tensor before the move."""

    found: Found
    place: DeviceAndType
    values: Tensor | None  # as they stay, for the move gives the tensor others; None for a lazy one

    @classmethod
    def of(cls, found: Found) -> Self:
        values = None
        if not is_lazy(found.value):
            values = found.value.detach()
        return cls(found, _place(found.value), values)


def _moved(tensor: _Before, value: Tensor, to: Destination) -> TensorMove:
    found, before, after = tensor.found, tensor.place, _place(value)
    outcome = _outcome(before, after, value, to)
    lost = None
    if outcome == "moved" and before.dtype != after.dtype and not to.simulated:
        lost = lost_numbers(tensor.values, value)
    # FakeTensorMode makes Module.to() replace every Parameter. On a real device it does not.
    same_object = None
    if not to.simulated:
        same_object = value is found.value
    return TensorMove(
        path=found.path,
        kind=found.kind,  # type: ignore[arg-type]  # never "module" here
        status=found.status,
        unregistered_at=found.unregistered_at,
        before=before,
        after=after,
        outcome=outcome,
        same_object=same_object,
        lost=lost,
    )


def _split_off(tensor: _Before, alias: Found, to: Destination) -> TensorMove:
    """Another name of a tensor, under which a walk after the move finds one of its own."""
    told = _moved(tensor, alias.value, to)
    changes = {
        "path": alias.path,
        "kind": alias.kind,
        "status": alias.status,
        "unregistered_at": alias.unregistered_at,
        "split_from": tensor.found.path,
    }
    return told.model_copy(update=changes)


def _looked_at_again(
    tensor: TensorMove, value: Tensor, now: dict[str, Tensor], to: Destination
) -> TensorMove:
    found = now.get(tensor.path)
    if tensor.outcome != "left_behind" or found is None or found is value:
        return tensor
    if _outcome(tensor.before, _place(found), found, to) != "moved":
        return tensor
    return tensor.model_copy(update={"outcome": "replaced_by_forward"})


def _outcome(
    before: DeviceAndType, after: DeviceAndType, value: Tensor, to: Destination
) -> MoveOutcome:
    dtype = before.dtype
    if to.dtype is not None and value.is_floating_point():
        dtype = short_name(to.dtype)
    elif to.dtype is not None and to.device == "cpu":
        return "exempt"
    wanted = (to.device, dtype)
    if (before.device, before.dtype) == wanted:
        return "there"
    if (after.device, after.dtype) == wanted:
        return "moved"
    return "left_behind"


def _forward(model: nn.Module, example: ModelInput, to: Destination, filename: str) -> Forward:
    outputs: list[Tensor] = []
    raised = None
    sent = to.send_input(example)
    try:
        outputs = tensors_in(sent.call(model))
    except ModelRaised as error:
        raised = Raised.of(error, filename)
    places = [_place(output) for output in outputs]
    outcomes = [_outcome(*pair, to) for pair in zip(places, places, outputs, strict=True)]
    return Forward(
        input=_first_place(sent),
        outputs=tuple(places),
        astray="left_behind" in outcomes,
        raised=raised,
        believable=True,
    )


def _first_place(example: ModelInput) -> DeviceAndType | None:
    for tensor in example.tensors:
        return _place(tensor)
    return None


def _place(tensor: Tensor) -> DeviceAndType:
    return _device_and_type(tensor.device, tensor.dtype)


@lru_cache(maxsize=64)
def _device_and_type(device: torch.device, dtype: torch.dtype) -> DeviceAndType:
    """One for all tensors of that kind: so it is made, and pickled, once."""
    return DeviceAndType(device=short_name(device), dtype=short_name(dtype))
