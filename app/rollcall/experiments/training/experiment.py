"""Who learns: two models on the same task, with the same optimizer and the same seed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal, Self

from pydantic import Field
from torch.optim import SGD, AdamW, Optimizer

from rollcall.core.query import ModelName, PairQuery
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, Play, Recorder, Show
from rollcall.experiments.subject import model_factories
from rollcall.experiments.training.report import TrainingSubject
from rollcall.experiments.training.run import Recorded, TrainingRun
from rollcall.lectures.catalog import Catalog

MOST_STEPS = 500
MOST_FRAMES = 100
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "adamw": AdamW,
}


class TrainingQuery(PairQuery):
    """How two models are trained, and how much of that is shown."""

    path: ClassVar[str] = "/training"
    mode_travels: ClassVar[bool] = False
    controls: ClassVar[tuple[str, ...]] = ("optimizer", "lr", "steps", "at")

    left: ModelName = Field("containers.HalfListNet", description="model in the left column")
    right: ModelName = Field("containers.FullListNet", description="model in the right column")
    optimizer: Literal["sgd", "momentum", "adamw"] = Field(
        "momentum",
        description="SGD, SGD with momentum 0.9, or AdamW; everything else as PyTorch has it",
    )
    lr: float = Field(0.2, ge=1e-5, le=10, description="learning rate")
    steps: int = Field(50, ge=0, le=MOST_STEPS, description="steps of the whole training")
    at: int = Field(
        MOST_STEPS,
        ge=0,
        le=MOST_STEPS,
        description="the step after which it is looked at; past the last one: the end",
    )

    @property
    def shown(self) -> int:
        """The step that is looked at."""
        return min(self.at, self.steps)

    def showing(self, step: int) -> Self:
        """The same training, looked at after `step`."""
        return self.replace(at=step if step < self.steps else MOST_STEPS)

    @property
    def frames(self) -> tuple[Self, ...]:
        """From the step that is shown, or from the first one if that is the last, to the end."""
        start = self.shown if self.shown < self.steps else 0
        stride = -(-self.steps // MOST_FRAMES) or 1
        return tuple(self.showing(step) for step in (*range(start, self.steps, stride), self.steps))


class TrainingReport(Report):
    """Two trainings, up to the step that is looked at."""

    query: TrainingQuery
    left: TrainingSubject
    right: TrainingSubject


@dataclass(frozen=True)
class TrainingRecording:
    """Two whole trainings, or as much of them as has been made."""

    left: Recorded
    right: Recorded

    def reaches(self, query: TrainingQuery) -> bool:
        """Whether it holds what `query` looks at."""
        return self.left.reaches(query.shown) and self.right.reaches(query.shown)

    def cut(self, query: TrainingQuery) -> TrainingReport:
        """What `query` looks at."""
        return TrainingReport(
            query=query, left=self.left.at(query.shown), right=self.right.at(query.shown)
        )


def record(
    query: TrainingQuery, catalog: Catalog, show: Show = lambda _: None
) -> TrainingRecording:
    """Train both subjects to the end, their steps in turn.

    Args:
        show: told what gives the recording so far.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    make: Any = partial(OPTIMIZERS[query.optimizer], lr=query.lr)
    left, right = (
        TrainingRun(each, make, query.steps, query.mode, query.device)
        for each in model_factories(query, catalog)
    )
    show(lambda: TrainingRecording(left.so_far, right.so_far))
    while left.step() | right.step():  # both, though one may have ended early
        pass
    return TrainingRecording(left.so_far, right.so_far)


def training(query: TrainingQuery, catalog: Catalog) -> TrainingReport:
    """Train both subjects, and look at them after the step that is asked for."""
    return record(query, catalog).cut(query)


TRAINING = Experiment(
    name="training",
    title="Training",
    summary="Two models trained on the same task: the loss, and for each tensor its gradient and whether it moved.",
    query=TrainingQuery,
    report=TrainingReport,
    run=training,
    play=Play(
        frames=lambda query: query.frames,
        recorder=Recorder(
            whole=lambda query: query.showing(query.steps),
            record=record,
            reaches=lambda recording, query: recording.reaches(query),
            cut=lambda recording, query: recording.cut(query),
        ),
    ),
)
