"""What a question may ask of one side of the page of two loops."""

from collections.abc import Callable, Mapping

from rollcall.experiments.loops.report import LoopSubject
from rollcall.lectures.declared_course import Value


def moved_tensors(subject: LoopSubject) -> int:
    """Parameters of the model that the loop changed."""
    return sum(tensor.changed for tensor in subject.of_model)


def tensors_in_optimizer(subject: LoopSubject) -> int:
    """Parameters, also of a criterion, that an optimizer of the loop holds."""
    return sum(tensor.in_optimizer for tensor in subject.parameters)


def is_clean(subject: LoopSubject) -> bool:
    """Whether nothing is found."""
    return not subject.findings and subject.stopped is None


def loaded_tensors(subject: LoopSubject) -> int:
    """Tensors that found their place in the last load_state_dict()."""
    loaded = [moved.tensors for moved in subject.states if moved.kind == "loaded"]
    return loaded[-1] if loaded else 0


def graphs_alive(subject: LoopSubject) -> int:
    """Graphs of earlier answers that are still there in the last step."""
    return subject.graphs[-1] if subject.graphs else 0


def moved_statistics(subject: LoopSubject) -> int:
    """Buffers that held-out batches changed."""
    return sum(bool(tensor.moved_by_held_out) for tensor in subject.tensors)


def moved_while_frozen(subject: LoopSubject) -> int:
    """Tensors that an optimizer moved after they were frozen."""
    return sum(tensor.moved_while_frozen for tensor in subject.parameters)


def ends_low(subject: LoopSubject) -> bool:
    """Whether the held-out loss ends at less than half of what it began with."""
    losses = [loss for loss in subject.held_out if loss is not None]
    return bool(losses) and losses[-1] < losses[0] / 2


def got_back(subject: LoopSubject) -> bool:
    """Whether every state that was loaded is what was taken."""
    loaded = [moved.equal for moved in subject.states if moved.kind == "loaded"]
    return bool(loaded) and all(loaded)


MEASURES: Mapping[str, Callable[[LoopSubject], Value]] = {
    measure.__name__: measure
    for measure in (
        moved_tensors,
        tensors_in_optimizer,
        is_clean,
        loaded_tensors,
        graphs_alive,
        moved_statistics,
        moved_while_frozen,
        ends_low,
        got_back,
    )
}
