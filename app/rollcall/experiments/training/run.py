"""One training as it is recorded, step by step."""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress

from torch import Tensor, nn

from rollcall.core.input_leaves import elements_of_input
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.rng.random_state import RandomStream
from rollcall.core.walk.object_walk import Walk, walk
from rollcall.experiments.stretch import in_stretches
from rollcall.experiments.subject import ModelFactory
from rollcall.experiments.teacher_task import NoLoss, Task, task_for
from rollcall.experiments.training.answered_numbers import some_of
from rollcall.experiments.training.equal_start import equal_starts
from rollcall.experiments.training.held_out import loss_unseen
from rollcall.experiments.training.increments import Recorded, RecordedStart, RecordedStep
from rollcall.experiments.training.loop import Make, Step, Track, TrainingLoop
from rollcall.experiments.training.report import TensorTraining, TrainingSubject

MOST_WORK = 150_000  # steps times modules and tensors, of which each takes 30 µs a step


def record_training(
    factory: ModelFactory,
    make: Make,
    steps: int,
    mode: Mode,
    noise: float = 0.0,
    seconds: float = 0.0,
) -> Iterator[Sequence[Recorded]]:
    """Train one model on its device, in stretches of so many seconds.

    Other work may be done between two of them.
    """
    device = factory.device
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
        yield (RecordedStart(TrainingSubject(card=factory.card, raised=raised), ended=True),)
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
        yield (RecordedStart(subject.model_copy(update=stopped), ended=True),)
        return
    subject = subject.model_copy(update={"frozen_elements": loop.frozen_elements})
    if loop.refused:
        subject = subject.model_copy(update={"refused": factory.raised(loop.refused)})
    yield (RecordedStart(subject, ended=False),)

    def recorded() -> Iterator[RecordedStep]:
        making = loop.steps(made)
        for number in range(made + 1):
            unseen = loss_unseen(model, task, factory.seed)
            step = next(making)
            each = _recorded(step, loop, answers[0], unseen, factory, number, made)
            if each.unreachable_elements:
                left = each.unreachable_elements - _made_of_input(factory, task, mode)
                each = each._replace(unreachable_elements=left)
            yield each

    yield from in_stretches(factory, stream, recorded(), seconds)


def _affordable(steps: int, walked: Walk) -> tuple[int, int | None]:
    """How many of the steps are made; if not all, how many modules the model has."""
    most = MOST_WORK // (len(walked.modules) + len(walked.tensors))
    if steps <= most:
        return steps, None
    return most, len(walked.modules)


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
    kept_once = False
    if isinstance(loop.error, NoLoss):
        no_loss = str(loop.error)
    elif loop.error:
        stopped, stopped_by = factory.raised(loop.error), loop.doing
        if stopped_by == "backward":
            graph_keepers, kept_once = loop.graph_keepers()
    return RecordedStep(
        loss=step.loss,
        unseen=unseen,
        answers=answers,
        tensors=tensors,
        unreachable_elements=loop.unreachable_elements if number == 0 else 0,
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
        kept_once=kept_once,
        ended=loop.error is not None or number == steps,
    )


def _made_of_input(factory: ModelFactory, task: Task, mode: Mode) -> int:
    """Of the numbers that backward reaches and no attribute leads to, those that are no weights."""
    with suppress(ModelRaised):
        return elements_of_input(factory.build_in(mode, factory.device), task.input, factory.seed)
    return 0


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


def _task(factory: ModelFactory, noise: float) -> Task:
    return task_for(factory.build, factory.example, factory.seed, noise)
