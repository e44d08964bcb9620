"""One move of a whole model, tensor by tensor, and one forward where it was moved to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.object_walk import Found, HidingPlace, walk
from rollcall.core.random_state import seeded
from rollcall.core.report import Raised, Report
from rollcall.experiments.device.simulated_gpu import simulated_gpu

MoveOutcome = Literal["moved", "left_behind", "there", "exempt", "replaced_by_forward"]


class DeviceAndType(Report):
    """Where a tensor is and of which type."""

    device: str
    dtype: str


class LostNumbers(Report):
    """How many elements of one tensor a move to another type destroys; rounding is not counted."""

    to_infinity: int  # finite before it
    to_zero: int  # another number before it
    imaginary: int  # whose imaginary part was dropped

    @property
    def total(self) -> int:
        """All of them."""
        return self.to_infinity + self.to_zero + self.imaginary


class TensorMove(Report):
    """What one move did to one tensor."""

    path: str
    kind: Literal["parameter", "persistent buffer", "non-persistent buffer", "tensor"]
    status: Literal["registered", "unregistered"]
    unregistered_at: HidingPlace | None  # the attribute that keeps it from the registries
    before: DeviceAndType
    after: DeviceAndType
    # there: it was there before.
    # exempt: it holds integers, which a move to a float type leaves alone.
    # replaced_by_forward: it was left behind, and forward made it anew in the right place, as
    # weight_norm does.
    outcome: MoveOutcome
    same_object: bool | None  # as before the move; None where the simulation cannot tell
    lost: LostNumbers | None  # None where it kept its type, or the simulation knows no values


class Forward(Report):
    """One forward with the input where the model was sent."""

    input: DeviceAndType
    outputs: tuple[DeviceAndType, ...]
    astray: bool  # an output is on another device, or of another float type, than was asked for
    raised: Raised | None
    believable: bool  # False: the simulation itself gave up, which says nothing about a real GPU


class Move(Report):
    """One call, everything it did, and what came of it."""

    tensors: tuple[TensorMove, ...]
    raised: Raised | None
    forward: Forward | None  # None where the move raised

    @property
    def to_move(self) -> tuple[TensorMove, ...]:
        """The tensors that were not there yet."""
        asked = ("moved", "left_behind")
        return tuple(tensor for tensor in self.tensors if tensor.outcome in asked)

    @property
    def left_behind(self) -> tuple[TensorMove, ...]:
        """Those of them that still are not."""
        return tuple(tensor for tensor in self.tensors if tensor.outcome == "left_behind")

    @property
    def damaged(self) -> tuple[TensorMove, ...]:
        """The tensors that moved and lost numbers on the way."""
        return tuple(tensor for tensor in self.tensors if tensor.lost and tensor.lost.total)

    @property
    def hiding_places(self) -> tuple[HidingPlace, ...]:
        """The attributes that keep them from being moved, each once."""
        places = [tensor.unregistered_at for tensor in self.left_behind]
        return tuple(dict.fromkeys(place for place in places if place))


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
            model.to(self.dtype)  # what double() and half() do
        else:
            model.to(self.device, self.dtype)

    def send_input(self, tensor: Tensor) -> Tensor:
        """An input follows; token ids stay integers."""
        return tensor.to(self.device, self.dtype if tensor.is_floating_point() else None)


def move(
    build: Callable[[], nn.Module], example: Tensor, to: Destination, seed: int, filename: str
) -> Move:
    """Send a model to a destination, look at every tensor, and call the model there once.

    Args:
        build: returns a fresh model on the CPU. It is called outside the simulation of a GPU.
        example: input of one forward, on the CPU.
        to: where to.
        seed: for what forward draws.
        filename: lecture file in which to point at the line of an exception.
    """
    moved = _move(build(), example, to, seed, filename)
    raised = moved.forward.raised if moved.forward else None
    if not to.simulated or raised is None or _is_mismatch(raised):
        return moved
    # Not a complaint about devices: it is the model's own only if a real machine raises it too.
    real = _move(build(), example, Destination("cpu", to.dtype), seed, filename).forward
    if real and real.raised and real.raised.type == raised.type:
        return moved
    assert moved.forward
    unbelievable = moved.forward.model_copy(update={"believable": False})
    return moved.model_copy(update={"forward": unbelievable})


def _is_mismatch(raised: Raised) -> bool:
    return "devices" in raised.message


def _move(model: nn.Module, example: Tensor, to: Destination, seed: int, filename: str) -> Move:
    before = [_Before.of(found) for found in walk(model).tensors]
    with seeded(seed), simulated_gpu() if to.simulated else torch.no_grad():
        try:
            to.send(model)
        except Exception as error:
            return Move(tensors=(), raised=Raised.of(error, filename), forward=None)
        after = {found.path: found.value for found in walk(model).tensors}
        still_there = [each for each in before if each.found.path in after]
        moved = [_moved(each, after[each.found.path], to) for each in still_there]
        forward = _forward(model, example, to, filename)
        now = {found.path: found.value for found in walk(model).tensors}
        tensors = tuple(_looked_at_again(each, after[each.path], now, to) for each in moved)
    return Move(tensors=tensors, raised=None, forward=forward)


class _Before(NamedTuple):
    """One tensor before the move."""

    found: Found
    place: DeviceAndType
    values: Tensor | None  # as they stay, for the move gives the tensor others; None for a lazy one

    @classmethod
    def of(cls, found: Found) -> Self:
        values = None if is_lazy(found.value) else found.value.detach()
        return cls(found, _place(found.value), values)


def _moved(tensor: _Before, value: Tensor, to: Destination) -> TensorMove:
    found, before, after = tensor.found, tensor.place, _place(value)
    outcome = _outcome(before, after, value, to)
    lost = None
    if outcome == "moved" and before.dtype != after.dtype and not to.simulated:
        lost = _lost_numbers(tensor.values, value.detach())
    return TensorMove(
        path=found.path,
        kind=found.kind,  # type: ignore[arg-type]  # never "module" here
        status="registered" if found.registered else "unregistered",
        unregistered_at=found.trail.unregistered_at if found.trail else None,
        before=before,
        after=after,
        outcome=outcome,
        # FakeTensorMode makes Module.to() replace every Parameter. On a real device it does not.
        same_object=None if to.simulated else value is found.value,
        lost=lost,
    )


def _lost_numbers(before: Tensor | None, after: Tensor) -> LostNumbers | None:
    """Compare the elements; None where a tensor has none, or is not strided."""
    if before is None or before.layout != torch.strided or before.is_meta:
        return None
    before, after = before.cpu(), after.cpu()
    imaginary = 0
    if before.is_complex() and not after.is_complex():
        imaginary = int(before.imag.count_nonzero())
    before, after = _real(before), _real(after)
    return LostNumbers(
        to_infinity=int((before.isfinite() & ~after.isfinite()).sum()),
        to_zero=int(((before != 0) & (after == 0)).sum()),
        imaginary=imaginary,
    )


def _real(tensor: Tensor) -> Tensor:
    if tensor.is_complex():
        return tensor.real.double()
    return tensor.double()


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
    asked_dtype = to.dtype is not None and value.is_floating_point()
    if to.dtype is not None and to.device == "cpu" and not asked_dtype:
        return "exempt"
    wanted = DeviceAndType(
        device=to.device, dtype=_short(to.dtype) if asked_dtype else before.dtype
    )
    if before == wanted:
        return "there"
    return "moved" if after == wanted else "left_behind"


def _forward(model: nn.Module, example: Tensor, to: Destination, filename: str) -> Forward:
    outputs: list[Tensor] = []
    raised = None
    sent = to.send_input(example)
    try:
        outputs = tensors_in(model(sent))
    except Exception as error:
        raised = Raised.of(error, filename)
    places = [_place(output) for output in outputs]
    outcomes = [_outcome(*pair, to) for pair in zip(places, places, outputs, strict=True)]
    return Forward(
        input=_place(sent),
        outputs=tuple(places),
        astray="left_behind" in outcomes,
        raised=raised,
        believable=True,
    )


def _place(tensor: Tensor) -> DeviceAndType:
    return DeviceAndType(device=_short(tensor.device), dtype=_short(tensor.dtype))


def _short(dtype_or_device: torch.dtype | torch.device | None) -> str:
    return str(dtype_or_device).removeprefix("torch.")
