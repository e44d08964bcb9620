"""A training under way: made step by step, and told of at any time."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from rollcall.core.query import Mode
from rollcall.core.random_state import RandomStream
from rollcall.core.report import Raised
from rollcall.experiments.subject import ModelFactory
from rollcall.experiments.training.loop import Descent, Make, descend
from rollcall.experiments.training.report import TensorTraining, TrainingSubject
from rollcall.experiments.training.teacher_task import Task, task_for

MOST_ANSWERS = 48  # numbers of an answer that are kept for the picture: more would be a cloud


@dataclass(frozen=True)
class Recorded:
    """One training as far as it has come, with the answers of every step."""

    subject: TrainingSubject
    answers: tuple["array[float]", ...]  # one for each loss

    def reaches(self, step: int) -> bool:
        """Whether what was true after `step` is known: another one has been made, or there is none."""
        return len(self.subject.losses) - 1 > step or bool(
            self.subject.stopped or self.subject.raised
        )

    def at(self, step: int) -> TrainingSubject:
        """What it was after `step`."""
        early = self.subject.until(step)
        shown = self.answers[: len(early.losses)]
        return early.model_copy(update={"answered": tuple(shown[-1])}) if shown else early


class TrainingRun:
    """One model and its training."""

    def __init__(
        self, candidate: ModelFactory, make: Make, steps: int, mode: Mode, device: str
    ) -> None:
        self._candidate = candidate
        self._draws = RandomStream(candidate.seed, device)
        self._answers: list[array[float]] = []
        self._descent = Descent()
        self._steps: Iterator[Descent] = iter(())
        self._raised: Raised | None = None
        try:
            self._task = _task(candidate).to(device)
            model = candidate.build().train(mode == "train").to(device)
            self._wanted = _some_of(self._task.targets)
            self._steps = descend(model, self._loss, make, steps)
        except Exception as error:  # the lecture file's own, whatever it is: it belongs on the page
            self._raised = candidate.raised(error)

    def step(self) -> bool:
        """Make the next step; False where there is none."""
        with self._draws:
            descent = next(self._steps, None)
        self._descent = descent or self._descent
        return descent is not None

    @property
    def so_far(self) -> Recorded:
        """What can be told now, also in the middle of a step and from another thread."""
        if self._raised:
            return Recorded(TrainingSubject(card=self._candidate.card, raised=self._raised), ())
        return Recorded(self._subject(), tuple(self._answers))

    def _loss(self, model: nn.Module) -> Tensor:
        outputs = self._task.answer(model)
        self._answers.append(_some_of(outputs))
        return self._task.loss(outputs)

    def _subject(self) -> TrainingSubject:
        descent, raised = self._descent, self._candidate.raised
        error = descent.error  # looked at first: once there is one, the losses are all there
        return TrainingSubject(
            card=self._candidate.card,
            batch=tuple(self._task.input.shape),
            losses=tuple(descent.losses),
            wanted=tuple(self._wanted),
            tensors=_tensors(descent),
            hidden=descent.hidden,
            held=sum(track.start.numel() for track in descent.tracks if track.held),
            refused=raised(descent.refused) if descent.refused else None,
            stopped=raised(error) if error else None,
            stopped_by=descent.doing if error else None,
        )


def _task(candidate: ModelFactory) -> Task:
    first = candidate.build()
    return task_for(
        candidate.build,
        lambda seed: candidate.catalog.example(candidate.card.name, first, seed),
        candidate.seed,
    )


def _some_of(tensors: Sequence[Tensor]) -> "array[float]":
    """Numbers from all over an answer, and always from the same places."""
    if not tensors:  # which torch.cat does not take
        return array("f")
    flat = torch.cat([tensor.detach().real.flatten() for tensor in tensors]).float()
    return array("f", flat[_places(len(flat), flat.device)].tolist())


@lru_cache(maxsize=64)
def _places(numbers: int, device: torch.device) -> Tensor:
    return (
        torch.linspace(0, numbers - 1, min(numbers, MOST_ANSWERS), dtype=torch.float64)
        .round()
        .long()
        .to(device)
    )


def _tensors(descent: Descent) -> tuple[TensorTraining, ...]:
    return tuple(
        TensorTraining(
            path=track.path,
            numel=track.start.numel(),
            status="registered" if track.registered else "unregistered",
            held=track.held,
            renewed=track.renewed,
            gradients=tuple(track.gradients),
            moved=tuple(track.moved),
        )
        for track in descent.tracks
    )
