"""One training as it is recorded, step by step, and what is told of it after a step."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from torch import Tensor, nn

from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.report import Raised
from rollcall.core.rng.random_state import RandomStream
from rollcall.core.walk.object_walk import Walk, walk
from rollcall.core.wire import FloatArray
from rollcall.experiments.subject import ModelFactory
from rollcall.experiments.teacher_task import NoLoss, Task, task_for
from rollcall.experiments.training.answered_numbers import some_of
from rollcall.experiments.training.equal_start import equal_starts
from rollcall.experiments.training.held_out import loss_unseen
from rollcall.experiments.training.loop import Doing, Make, Step, Track, TrainingLoop
from rollcall.experiments.training.report import TensorTraining, TrainingSubject

T = TypeVar("T")
MOST_WORK = 150_000  # steps times modules and tensors, of which each takes 30 µs a step


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
    ended: bool  # this is the last one


Recorded = RecordedStart | RecordedStep


def record_training(
    factory: ModelFactory, make: Make, steps: int, mode: Mode, device: str, noise: float = 0.0
) -> Iterator[Recorded]:
    """Train one model. Other work may be done between two increments."""
    stream = RandomStream(factory.seed, device)
    answers: list[array[float]] = [array("f")]  # the latest

    def loss(model: nn.Module) -> Tensor:
        outputs = task.answer(model)
        answers[0] = some_of(outputs)
        return task.loss(outputs)

    try:
        factory.run_file_anew()
        task = _task(factory, noise).to(device)
        model = factory.build_in(mode, device)
        wanted = tuple(some_of(task.targets))
        origin = factory.input_origin
    except ModelRaised as error:
        raised = factory.raised(error)
        yield RecordedStart(TrainingSubject(card=factory.card, raised=raised), ended=True)
        return
    walked = walk(model)
    made, too_large = _affordable(steps, walked)
    subject = TrainingSubject(
        card=factory.card,
        input=origin,
        batch=task.batch,
        wanted=wanted,
        too_large=too_large,
        steps=made,
        equal_start=equal_starts(walked),
    )
    try:
        with stream:
            loop = TrainingLoop(model, walked.tensors, loss, make)
    except ModelRaised as error:
        stopped = {"stopped": factory.raised(error), "stopped_by": "optimizer"}
        yield RecordedStart(subject.model_copy(update=stopped), ended=True)
        return
    subject = subject.model_copy(update={"frozen_elements": loop.frozen_elements})
    if loop.refused:
        subject = subject.model_copy(update={"refused": factory.raised(loop.refused)})
    yield RecordedStart(subject, ended=False)
    making = loop.steps(made)
    for number in range(made + 1):
        unseen = loss_unseen(model, task, factory.seed)
        with stream:
            step = next(making)
            recorded = _recorded(step, loop, answers[0], unseen, factory, number, made)
        yield recorded
        if loop.error:
            return


def _affordable(steps: int, walked: Walk) -> tuple[int, int | None]:
    """How many of the steps are made; if not all, how many modules the model has."""
    most = MOST_WORK // (len(walked.modules) + len(walked.tensors))
    if steps <= most:
        return steps, None
    return most, len(walked.modules)


def told_after(recorded: Sequence[Recorded], step: int) -> TrainingSubject:
    """What is told of a training after a step.

    Args:
        recorded: its increments, which reach one step further, or to its end.
        step: from 0.
    """
    start = recorded[0]
    assert isinstance(start, RecordedStart)
    known = [each for each in recorded[1 : step + 3] if isinstance(each, RecordedStep)]
    losses = [each.loss for each in known if each.loss is not None]
    if not known:
        return start.subject
    shown = losses[: step + 1]
    unseen = [each.unseen for each in known[: len(shown)] if each.unseen is not None]
    changes: dict[str, object] = {
        "losses": tuple(shown),
        "unseen": tuple(unseen),
        **_tensors_after(known, step),
    }
    if shown:
        changes["answered"] = tuple(known[len(shown) - 1].answers)
    if len(losses) == len(shown):  # else it has not happened yet
        last = known[-1]
        changes |= {"stopped": last.stopped, "stopped_by": last.stopped_by}
        changes |= {"graph_keepers": last.graph_keepers, "no_loss": last.no_loss}
    return start.subject.model_copy(update=changes)


def _recorded(
    step: Step,
    loop: TrainingLoop,
    answers: "array[float]",
    unseen: float | None,
    factory: ModelFactory,
    number: int,
    steps: int,
) -> RecordedStep:
    norms = enumerate(step.gradients)
    tensors: tuple[TensorTraining, ...] = ()
    stale: tuple[TensorTraining, ...] = ()
    if number == 0:
        tensors = tuple(map(_tensor, loop.tracks))
        stale = tuple(map(_tensor, loop.stale))
    stopped, stopped_by, no_loss = None, None, ""
    graph_keepers: tuple[str, ...] = ()
    if isinstance(loop.error, NoLoss):
        no_loss = str(loop.error)
    elif loop.error:
        stopped, stopped_by = factory.raised(loop.error), loop.doing
        if stopped_by == "backward":
            graph_keepers = loop.graph_keepers()
    return RecordedStep(
        loss=step.loss,
        unseen=unseen,
        answers=answers,
        tensors=tensors,
        unreachable_elements=loop.unreachable_elements,
        stale=stale,
        stale_moved=array("d", step.stale_moved),
        gradients=array("d", [norm or 0.0 for norm in step.gradients]),
        without=tuple(place for place, norm in norms if norm is None),
        moved=array("d", step.moved),
        replaced=tuple(step.replaced),
        stopped=stopped,
        stopped_by=stopped_by,
        no_loss=no_loss,
        graph_keepers=graph_keepers,
        ended=loop.error is not None or number == steps,
    )


def _tensor(track: Track) -> TensorTraining:
    return TensorTraining(
        path=track.path,
        numel=track.start.numel(),
        status=track.status,
        in_optimizer=track.in_optimizer,
        replaced_by_forward=None,
        gradients=(),
        moved=(),
    )


def _tensors_after(known: list[RecordedStep], step: int) -> dict[str, object]:
    tensors = known[0].tensors
    made = known[:step]
    gradients = _by_tensor([_gradients(each) for each in made if each.gradients], len(tensors))
    moved = _by_tensor([each.moved for each in made if each.moved], len(tensors))
    replaced: dict[int, int] = {}
    for number, each in enumerate(known[: step + 1]):
        replaced.update(dict.fromkeys(each.replaced, number))
    return {
        "unreachable_elements": known[0].unreachable_elements,
        "stale": _stale_after(known[0].stale, made),
        "in_optimizer": sum(tensor.numel for tensor in tensors if tensor.in_optimizer),
        "tensors": tuple(
            tensor.model_copy(
                update={
                    "gradients": gradients[place],
                    "moved": moved[place],
                    "replaced_by_forward": replaced.get(place),
                }
            )
            for place, tensor in enumerate(tensors)
        ),
    }


def _stale_after(
    stale: tuple[TensorTraining, ...], made: list[RecordedStep]
) -> tuple[TensorTraining, ...]:
    """No backward accumulates a gradient in what was computed from something else."""
    moved = _by_tensor([each.stale_moved for each in made if each.stale_moved], len(stale))
    return tuple(
        tensor.model_copy(update={"gradients": (None,) * len(of_it), "moved": of_it})
        for tensor, of_it in zip(stale, moved, strict=True)
    )


def _by_tensor(steps: Sequence[Sequence[T]], n_tensors: int) -> list[tuple[T, ...]]:
    """For each tensor, its number in each step."""
    if not steps:
        return [()] * n_tensors
    return list(zip(*steps, strict=True))


def _gradients(step: RecordedStep) -> list[float | None]:
    norms: list[float | None] = list(step.gradients)
    for place in step.without:
        norms[place] = None
    return norms


def _task(factory: ModelFactory, noise: float) -> Task:
    return task_for(factory.build, factory.example, factory.seed, noise)
