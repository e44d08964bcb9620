"""What is told of a loop after a step, from the records of its steps."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from rollcall.experiments.loops.findings import findings, scheduler_first
from rollcall.experiments.loops.increments import LoopEnd, LoopStart, LoopStep, Recorded
from rollcall.experiments.loops.own_loss import has_own_loss, held_out_losses
from rollcall.experiments.loops.recorded import Flag, FoundRow, Step
from rollcall.experiments.loops.report import LoopSubject, TensorInLoop


def told_after(recorded: Sequence[Recorded], at: int) -> LoopSubject:
    """What was known after a step, or at the end of a loop that has not so many.

    Nothing of it depends on what comes later, so it can be told while the loop runs.
    """
    start = recorded[0]
    assert isinstance(start, LoopStart)
    if start.raised is not None:
        return LoopSubject(card=start.card, raised=start.raised)
    known = [each for each in recorded[1 : at + 2] if isinstance(each, LoopStep)]
    steps = [each.step for each in known]
    last, own = steps[-1], has_own_loss(steps)
    rows = next(step.rows for step in reversed(steps) if step.rows is not None)
    subject = LoopSubject(
        card=start.card,
        model=start.model,
        batch=start.batch,
        shown=len(steps) - 1,
        optimizers=last.optimizers,
        own_loss=own,
        losses=tuple(_loss(step, own) for step in steps[1:]),
        held_out=held_out_losses(steps, own),
        rates=tuple(tuple(step.rates) for step in steps),
        graphs=tuple(step.graphs for step in steps),
        tensors=tuple(_tensor(row, place, steps) for place, row in enumerate(rows)),
        states=tuple(chain.from_iterable(step.states for step in steps)),
        n_optimizer_steps=sum(step.optimizer_steps for step in steps),
        **_ending(recorded[len(steps) + 1 :]),
    )
    found = findings(subject, steps)
    line = known[-1].scheduler_line
    if line is not None and subject.shown:
        found = (*found, scheduler_first(line, last.made_with, steps))
    return subject.model_copy(update={"findings": found})


def _ending(rest: Sequence[Recorded]) -> dict[str, Any]:
    """How it ended, if that is what comes next."""
    if not rest or not isinstance(rest[0], LoopEnd):
        return {}
    end = rest[0]
    return {
        "ended": True,
        "stopped": end.stopped,
        "too_many": end.too_many,
        "printed": end.printed,
        "returned": end.returned,
    }


def _loss(step: Step, own: bool) -> float | None:
    if own:
        return step.passed
    return step.loss


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
