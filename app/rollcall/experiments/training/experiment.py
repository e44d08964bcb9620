"""Who learns: two models on the same task, with the same optimizer and the same seed."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar, Literal, Self

from pydantic import Field
from torch.optim import SGD, AdamW, Optimizer

from rollcall.core.cost import most_of, refuse_past
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.query import ALSO_REFUSED
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, Play, record_until
from rollcall.experiments.examine import model_factories
from rollcall.experiments.in_turns import (
    Turns,
    both_told,
    ended,
    stretches_in_turns,
    wire_of_turns,
)
from rollcall.experiments.stretch import seconds_of_a_stretch
from rollcall.experiments.subject import ModelFactory
from rollcall.experiments.training.increments import Recorded
from rollcall.experiments.training.measures import MEASURES
from rollcall.experiments.training.report import TrainingSubject
from rollcall.experiments.training.run import record_training
from rollcall.experiments.training.told import told_after
from rollcall.lectures.catalog import Catalog

MOST_STEPS = 500
MOST_FRAMES = 100
COST_OF_A_STEP = 3.0  # milliseconds of two models
COST_OF_A_NUMBER = 0.0025  # of a typed input, in each step
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "adamw": AdamW,
}


class TrainingQuery(PairQuery):
    """How two models are trained, and how much of that is shown."""

    path: ClassVar[str] = "/training"
    mode_travels: ClassVar[bool] = False
    controls: ClassVar[tuple[str, ...]] = ("optimizer", "lr", "noise", "steps", "at")

    left: LeftModel = "containers.HalfListNet"
    right: RightModel = "containers.FullListNet"
    optimizer: Literal["sgd", "momentum", "adamw"] = Field(
        "momentum",
        description="SGD, SGD with momentum 0.9, or AdamW; everything else as PyTorch has it",
    )
    lr: float = Field(0.2, ge=1e-5, le=10, description="learning rate")
    noise: float = Field(
        0.0,
        ge=0,
        le=3,
        description="noise on the goals, in their standard deviations; "
        "with any, the loss on inputs that training does not see is measured, too",
    )
    steps: int = Field(
        50,
        ge=0,
        le=MOST_STEPS,
        description="steps of the whole training",
        json_schema_extra={ALSO_REFUSED: "many with a large input, which would take too long"},
    )
    at: int = Field(
        MOST_STEPS,
        ge=0,
        le=MOST_STEPS,
        description="the step after which it is looked at; past the last one: the end",
    )

    @property
    def cost(self) -> int:
        """Of two models that are as small as those of the course."""
        return int(self.steps * self._cost_of_a_step)

    @property
    def _cost_of_a_step(self) -> float:
        return COST_OF_A_STEP + self.input_numbers * COST_OF_A_NUMBER

    def check_cost(self) -> None:
        """Refuse what would take too long.

        Raises:
            InvalidParameter: the steps; it accepts the most that do not.
        """
        most = most_of(self._cost_of_a_step, MOST_STEPS)
        refuse_past(most, "steps", self.steps, f"an input of {self.input_numbers:,} numbers")

    @property
    def less(self) -> dict[str, int]:
        """Half the steps."""
        if self.steps < 2:
            return {}
        return {"steps": self.steps // 2}

    @property
    def shown(self) -> int:
        """The step that is looked at."""
        return min(self.at, self.steps)

    def showing(self, step: int) -> Self:
        """The same training, looked at after `step`."""
        if step >= self.steps:
            step = MOST_STEPS
        return self.replace(at=step)

    @property
    def before(self) -> Self:
        """No step is made yet."""
        return super().before.replace(at=0)

    @property
    def frames(self) -> tuple[Self, ...]:
        """From the step that is shown, or from the first one if that is the last, to the end."""
        start = self.shown
        if start == self.steps:
            start = 0
        stride = -(-self.steps // MOST_FRAMES) or 1
        return tuple(self.showing(step) for step in (*range(start, self.steps, stride), self.steps))


class TrainingReport(Report):
    """Two trainings, up to the step that is looked at."""

    query: TrainingQuery
    left: TrainingSubject
    right: TrainingSubject


class TrainingRecorder:
    """Trains both subjects, their steps in turn: an increment is one step of each."""

    wire = wire_of_turns(Recorded)

    def record(self, query: TrainingQuery, catalog: Catalog) -> Iterator[Turns[Recorded]]:
        """Both trainings to the end.

        Raises:
            InvalidParameter: a model or device that does not exist here.
        """
        make: Any = partial(OPTIMIZERS[query.optimizer], lr=query.lr)
        seconds = seconds_of_a_stretch(query, catalog)

        def record(factory: ModelFactory) -> Iterator[Sequence[Recorded]]:
            return record_training(factory, make, query.steps, query.mode, query.noise, seconds)

        yield from stretches_in_turns(model_factories(query, catalog), record)

    def frame(
        self, increments: Sequence[Turns[Recorded]], query: TrainingQuery
    ) -> TrainingReport | None:
        """Both after the step that `query` looks at.

        Known once the next step was made, or training ended: what stopped it may belong here.
        """
        if not increments:
            return None
        start_and_next_step = query.shown + 3
        if len(increments) < start_and_next_step and not ended(increments[-1]):
            return None
        left, right = both_told(
            increments[:start_and_next_step],
            TrainingSubject,
            lambda made: told_after(made, query.shown),
        )
        return TrainingReport(query=query, left=left, right=right)


RECORDER = TrainingRecorder()


def training(query: TrainingQuery, catalog: Catalog) -> TrainingReport:
    """Train both subjects, and look at them after the step that is asked for."""
    report = record_until(RECORDER, query, catalog)
    assert isinstance(report, TrainingReport)
    return report


TRAINING = Experiment(
    name="training",
    title="Training",
    summary="Two models trained on the same task: the loss, and for each tensor its gradient "
    "and whether it moved.",
    query=TrainingQuery,
    report=TrainingReport,
    run=training,
    measures=MEASURES,
    play=Play(
        recorder=RECORDER,
        recorded=lambda query: query.showing(query.steps),
        frames=lambda query: query.frames,
    ),
)
