"""What is told of a loop after a step, from the records of its steps."""

from collections.abc import Sequence
from itertools import chain

from rollcall.experiments.loops.findings import findings, scheduler_first
from rollcall.experiments.loops.recorded import Flag, FoundRow, Step
from rollcall.experiments.loops.report import LoopSubject, TensorInLoop
from rollcall.experiments.loops.run import LoopStart, LoopStep, Recorded


def told_after(recorded: Sequence[Recorded], at: int) -> LoopSubject:
    """What is known after a step, or at the end of a loop that has not so many."""
    start = recorded[0]
    assert isinstance(start, LoopStart)
    if start.raised is not None:
        return LoopSubject(card=start.card, raised=start.raised)
    steps = [each.step for each in recorded[1 : at + 2] if isinstance(each, LoopStep)]
    shown = len(steps) - 1
    ended = shown == start.steps
    subject = LoopSubject(
        card=start.card,
        model=start.model,
        batch=start.batch,
        steps=start.steps,
        shown=shown,
        optimizers=start.optimizers,
        own_loss=start.own_loss,
        losses=tuple(_loss(step, start.own_loss) for step in steps[1:]),
        held_out=tuple(step.held_out for step in steps),
        rates=tuple(tuple(step.rates) for step in steps),
        graphs=tuple(step.graphs for step in steps),
        tensors=tuple(_tensors(start.rows, steps)),
        states=tuple(chain.from_iterable(step.states for step in steps)),
        n_optimizer_steps=sum(step.optimizer_steps for step in steps),
        stopped=start.stopped if ended else None,
        too_many=start.too_many and ended,
        printed=start.printed if ended else "",
        returned=start.returned if ended else "",
    )
    found = findings(subject, steps)
    if start.scheduler_line is not None and shown:
        found = (*found, scheduler_first(start.scheduler_line, start.made_with, steps))
    return subject.model_copy(update={"findings": found})


def _loss(step: Step, own: bool) -> float | None:
    if own:
        return step.passed
    return step.loss


def _tensors(rows: Sequence[FoundRow], steps: list[Step]) -> list[TensorInLoop]:
    """Those that exist at the last of the steps."""
    known = len(steps[-1].moved)
    return [_tensor(row, place, steps) for place, row in enumerate(rows[:known])]


def _tensor(row: FoundRow, place: int, steps: list[Step]) -> TensorInLoop:
    made = steps[1:]
    return TensorInLoop(
        path=row.path,
        numel=row.numel,
        dims=row.dims,
        is_buffer=row.is_buffer,
        of=row.of,
        replaced_at=row.replaced_at,
        in_optimizer=steps[-1].in_optimizer[place],
        decay=steps[-1].decays[place],
        frozen_from=_frozen_from(place, steps),
        gradients=tuple(_at(step.gradients, place) for step in made),
        moved=tuple(_at(step.moved, place) or 0.0 for step in steps),
        uncleared=tuple(n for n, step in enumerate(steps) if place in step.uncleared),
        trained_in=tuple(_flag(step.trained_in, place) for step in made),
        held_out_in=tuple(_flag(step.held_out_in, place) for step in made),
        moved_by_held_out=tuple(
            n for n, step in enumerate(steps) if place in step.moved_by_held_out
        ),
    )


def _frozen_from(place: int, steps: list[Step]) -> int | None:
    """The first of the steps at the end in which it asks for no gradient."""
    found = None
    for number in reversed(range(len(steps))):
        frozen = steps[number].frozen
        if place >= len(frozen) or not frozen[place]:
            break
        found = number
    return found


def _at(values: Sequence[float | None], place: int) -> float | None:
    """None for a step in which there was no such tensor yet."""
    if place < len(values):
        return values[place]
    return None


def _flag(flags: Sequence[Flag], place: int) -> Flag:
    if place < len(flags):
        return flags[place]
    return ""
