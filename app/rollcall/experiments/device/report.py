"""What one move did to each tensor, and what came of a forward where the model was sent."""

from typing import Literal

from rollcall.core.report import Raised, Report
from rollcall.core.walk.object_walk import HidingPlace, Registration
from rollcall.experiments.subject import Subject

TargetDtype = Literal["none", "float64", "float16"]
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


class MoveCall(Report):
    """What is called on one model, to move it."""

    text: str  # as one types it, after the name of the model
    device: str  # "cuda:0" too where it is simulated
    dtype: TargetDtype
    simulated: bool  # the GPU is one that this machine does not have


class TensorMove(Report):
    """What one move did to one tensor."""

    path: str
    kind: Literal["parameter", "persistent buffer", "non-persistent buffer", "tensor"]
    status: Registration
    unregistered_at: HidingPlace | None  # the attribute that keeps it from the registries
    before: DeviceAndType
    after: DeviceAndType
    # there: it was there before.
    # exempt: it holds integers, which a move to a float type leaves alone.
    # replaced_by_forward: it was left behind, and forward made it anew in the right place, as
    # weight_norm does.
    outcome: MoveOutcome
    same_object: bool | None  # as before the move; None where the simulation cannot tell
    split_from: str | None = None  # the name under which it was the same tensor before the move
    lost: LostNumbers | None  # None where it kept its type, or the simulation knows no values


class Forward(Report):
    """One forward with the input where the model was sent."""

    input: DeviceAndType | None  # of its first tensor; None: it is called without one
    outputs: tuple[DeviceAndType, ...]
    astray: bool  # an output is on another device, or of another float type, than was asked for
    raised: Raised | None
    believable: bool  # False: the simulation itself gave up, which says nothing about a real GPU


class LostParameters(Report):
    """Parameters that are none where the constructor is given the device."""

    device: str
    device_global: str = ""  # of the file, which is given it; "": the constructor is
    paths: tuple[str, ...]


class FirstParameter(Report):
    """What `next(model.parameters()).device` says after the move, which many a script asks."""

    device: str = ""
    raised: Raised | None = None  # StopIteration where there is no parameter


class Move(Report):
    """One call, everything it did, and what came of it."""

    tensors: tuple[TensorMove, ...]
    raised: Raised | None
    first_parameter: FirstParameter | None = None  # None where the move raised
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


class DeviceSubject(Subject):
    """Everything that one column shows."""

    moved_by: MoveCall | None = None  # None, and no move: it could not be built
    move: Move | None = None
    lost: LostParameters | None = None  # None: nothing was, or its constructor takes no device
