"""What a recording of one training grows by."""

from dataclasses import dataclass
from typing import NamedTuple

from rollcall.core.report import Raised
from rollcall.core.wire import FloatArray
from rollcall.experiments.training.loop import Doing
from rollcall.experiments.training.report import TensorTraining, TrainingSubject


@dataclass(frozen=True, slots=True)
class RecordedStart:
    """What is known before the first step."""

    subject: TrainingSubject
    ended: bool  # there is no step


class RecordedStep(NamedTuple):
    """One step, in arrays: hundreds of steps of hundreds of tensors are kept."""

    loss: float | None  # before the step is made; None: forward raised
    unseen: float | None  # the same on inputs that are not trained on; None: there are none
    answers: FloatArray
    tensors: tuple[TensorTraining, ...]  # in the first step: all that are found
    unreachable_elements: int
    stale: tuple[TensorTraining, ...]  # in the first step: all that are found
    stale_moved: FloatArray  # one for each of them; empty: the step ended before
    gradients: FloatArray  # norms, one for each tensor; empty: the step ended before
    without: tuple[int, ...]  # tensors that got no gradient
    moved: FloatArray  # one for each tensor; empty: the step ended before
    replaced: tuple[int, ...]  # tensors in whose place this forward was the first to put another
    stopped: Raised | None
    stopped_by: Doing | None
    no_loss: str  # why there was none; empty: there was
    graph_keepers: tuple[str, ...]  # where a backward ended the training
    kept_once: bool  # a later forward goes on with the very tensors
    ended: bool  # this is the last one


Recorded = RecordedStart | RecordedStep
