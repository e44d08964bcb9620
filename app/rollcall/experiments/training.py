"""Who learns: two models on the same task, with the same optimizer and the same seed."""

import re
from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import Any, ClassVar, Literal, Self

from pydantic import Field
from torch.optim import SGD, AdamW, Optimizer

from rollcall.core.catalog import Catalog
from rollcall.core.descent import Descent, Doing, descend
from rollcall.core.query import ModelName, PairQuery
from rollcall.core.report import Raised, Report
from rollcall.core.seeding import seeded
from rollcall.core.teacher import task_for
from rollcall.experiments.experiment import Experiment, Play, Recording
from rollcall.experiments.pair import Candidate, Subject, examine_both

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
    controls: ClassVar[tuple[str, ...]] = ("optimizer", "lr", "steps")

    left: ModelName = Field("containers.HalfListNet", description="model in the left column")
    right: ModelName = Field("containers.FullListNet", description="model in the right column")
    optimizer: Literal["sgd", "momentum", "adamw"] = Field(
        "momentum", description="SGD, SGD with momentum 0.9, or AdamW; everything else as PyTorch has it"
    )
    lr: float = Field(0.2, ge=1e-5, le=10, description="learning rate")
    steps: int = Field(50, ge=0, le=MOST_STEPS, description="steps of the whole training")
    at: int = Field(
        MOST_STEPS, ge=0, le=MOST_STEPS, description="the step after which it is looked at; past the last one: the end"
    )

    @property
    def shown(self) -> int:
        """The step that is looked at."""
        return min(self.at, self.steps)

    def showing(self, step: int) -> Self:
        """The same training, looked at after `step`."""
        return self.but(at=step if step < self.steps else MOST_STEPS)

    @property
    def frames(self) -> tuple[Self, ...]:
        """From the step that is shown, or from the first one if that is the last, to the end."""
        start = self.shown if self.shown < self.steps else 0
        stride = -(-self.steps // MOST_FRAMES) or 1
        return tuple(self.showing(step) for step in (*range(start, self.steps, stride), self.steps))


class TensorTraining(Report):
    """What happened to one tensor."""

    path: str
    numel: int
    registered: bool
    held: bool  # the optimizer has it
    renewed: bool  # forward puts another tensor in its place at every call
    gradients: tuple[float | None, ...]  # its norm at each step, before the step is made; None: no gradient
    moved: tuple[float, ...]  # after each step: how far the element that moved most is from where it began

    @property
    def changed(self) -> bool:
        """Whether training changed it, which another tensor in its place is not."""
        return not self.renewed and bool(self.moved) and self.moved[-1] != 0

    @property
    def lost(self) -> bool:
        """Whether training left it without numbers."""
        return bool(self.moved) and not isfinite(self.moved[-1])

    @property
    def grows(self) -> bool:
        """Whether its gradient is never smaller than the step before, as one that nobody clears."""
        norms = [norm for norm in self.gradients if norm is not None]
        return len(norms) > 1 and norms[-1] > 1.5 * norms[0] and not self.held

    def until(self, step: int) -> Self:
        """The same after fewer steps."""
        return self.model_copy(update={"gradients": self.gradients[:step], "moved": self.moved[:step]})


class TrainingSubject(Subject):
    """One training."""

    batch: tuple[int, ...] = ()  # shape of the input
    losses: tuple[float, ...] = ()  # before the first step, and after each
    tensors: tuple[TensorTraining, ...] = ()
    hidden: int = 0  # numbers that backward reached and no attribute leads to
    held: int = 0  # numbers in the optimizer
    refused: Raised | None = None  # by the optimizer, when it was given model.parameters()
    stopped: Raised | None = None  # what ended the training early
    stopped_by: Doing | None = None

    @property
    def trainable(self) -> int:
        """Numbers that ask for a gradient, wherever they are."""
        return self.hidden + sum(tensor.numel for tensor in self.tensors)

    @property
    def learning(self) -> int:
        """Those of them in tensors that training changed."""
        return sum(tensor.numel for tensor in self.tensors if tensor.changed)

    @property
    def stuck(self) -> tuple[TensorTraining, ...]:
        """The tensors that got a gradient and stayed as they were."""
        return tuple(t for t in self.tensors if not t.changed and any(norm for norm in t.gradients))

    @property
    def broke_at(self) -> int | None:
        """The first step after which the loss is no number."""
        return next((step for step, loss in enumerate(self.losses) if not isfinite(loss)), None)

    def until(self, step: int) -> Self:
        """The same after fewer steps; what stopped it later has not happened yet."""
        reached = len(self.losses) - 1 > step
        return self.model_copy(
            update={
                "losses": self.losses[: step + 1],
                "tensors": tuple(tensor.until(step) for tensor in self.tensors),
                **({"stopped": None, "stopped_by": None} if reached else {}),
            }
        )


class TrainingReport(Report):
    """Two trainings, up to the step that is looked at."""

    query: TrainingQuery
    left: TrainingSubject
    right: TrainingSubject
    range: tuple[float, float] | None  # of all finite losses of the whole training; None where there is none

    def until(self, query: TrainingQuery) -> Self:
        """What `query` would have reported, from the report of the whole training."""
        sides = {side: getattr(self, side).until(query.shown) for side in ("left", "right")}
        return self.model_copy(update={**sides, "query": query})


def training(query: TrainingQuery, catalog: Catalog) -> TrainingReport:
    """Train both subjects.

    Raises:
        Unacceptable: a model or device that does not exist here.
    """
    left, right = examine_both(query, catalog, TrainingSubject, lambda candidate: _examine(candidate, query))
    losses = [loss for subject in (left, right) for loss in subject.losses if isfinite(loss)]
    spread = (min(losses), max(losses)) if losses else None
    return TrainingReport(query=query, left=left, right=right, range=spread).until(query)


TRAINING = Experiment(
    name="training",
    title="Training",
    summary="Two models trained on the same task: the loss, and for each tensor its gradient and whether it moved.",
    query=TrainingQuery,
    report=TrainingReport,
    run=training,
    play=Play(
        frames=lambda query: query.frames,
        recording=Recording(
            whole=lambda query: query.showing(query.steps), cut=lambda report, query: report.until(query)
        ),
    ),
)


def _examine(candidate: Candidate, query: TrainingQuery) -> TrainingSubject:
    first = candidate.build()
    task = task_for(
        candidate.build,
        lambda seed: candidate.catalog.example(candidate.card.name, first, seed),
        query.seed,
    ).to(query.device)
    model = candidate.build().train(query.mode == "train").to(query.device)
    make: Any = partial(OPTIMIZERS[query.optimizer], lr=query.lr)
    with seeded(query.seed):
        descent = descend(model, task.loss, make, query.steps)
    return TrainingSubject(
        card=candidate.card,
        batch=tuple(task.input.shape),
        losses=tuple(descent.losses),
        tensors=_tensors(descent),
        hidden=descent.hidden,
        held=sum(track.value.numel() for track in descent.tracks if track.held),
        refused=candidate.raised(descent.refused) if descent.refused else None,
        stopped=candidate.raised(descent.error) if descent.error else None,
        stopped_by=descent.doing if descent.error else None,
    )


def _tensors(descent: Descent) -> tuple[TensorTraining, ...]:
    return tuple(
        TensorTraining(
            path=track.path,
            numel=track.value.numel(),
            registered=track.registered,
            held=track.held,
            renewed=track.renewed,
            gradients=tuple(track.gradients),
            moved=tuple(track.moved),
        )
        for track in sorted(descent.tracks, key=lambda track: _owner(track.path))
    )


def _owner(path: str) -> list[tuple[int, str]]:
    """Puts layers.0 and layers[0] in the same row of two columns, and layers.10 after layers.9."""
    return [(int(word), "") if word.isdigit() else (-1, word) for word in re.findall(r"\w+", path)[:-1]]
