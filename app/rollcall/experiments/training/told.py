"""What is told of a recorded training after a step."""

from collections.abc import Sequence
from typing import TypeVar

from rollcall.experiments.training.increments import Recorded, RecordedStart, RecordedStep
from rollcall.experiments.training.report import TensorTraining, TrainingSubject

T = TypeVar("T")


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
        changes |= {"graph_keepers": last.graph_keepers, "kept_once": last.kept_once}
        changes |= {"no_loss": last.no_loss}
    return start.subject.model_copy(update=changes)


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
