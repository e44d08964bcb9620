"""What a loop is recorded as: what it begins with, each of its steps, and how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from rollcall.core.report import Raised
from rollcall.experiments.loops.recorded import Step
from rollcall.experiments.notes import Notes
from rollcall.lectures.contents import ModelCard


@dataclass(frozen=True)
class LoopStart:
    """What is known of a loop before it runs."""

    card: ModelCard
    model: str = ""  # the class that it trains
    batch: tuple[int, ...] = ()  # shape of an input
    raised: Raised | None = None  # the model could not be made, or called with an example
    ended: bool = False


class LoopStep(NamedTuple):
    """One step."""

    step: Step
    scheduler_line: int | None  # where PyTorch has warned that it stepped before the optimizer
    ended: bool = False


@dataclass(frozen=True)
class LoopEnd:
    """What is known when it has ended."""

    printed: str
    returned: str  # the type of what it returned; "" for None
    too_many: bool  # it was ended after as many steps as a loop gets
    stopped: Raised | None  # what ended it
    ended: bool = True


Recorded = LoopStart | LoopStep | LoopEnd
Tell = Callable[[Recorded, Notes], object]
