"""What a question may ask of one side of the training page."""

from collections.abc import Callable, Mapping

from rollcall.experiments.training.report import TrainingSubject
from rollcall.lectures.declared_course import Value


def learned(subject: TrainingSubject) -> bool:
    """Whether the loss fell and training changed all that it can change."""
    return subject.all_changed and subject.loss_fell


def loss_fell(subject: TrainingSubject) -> bool:
    """Whether the loss is lower than before the first step."""
    return subject.loss_fell


def changed_numbers(subject: TrainingSubject) -> int:
    """Numbers in tensors that training changed."""
    return subject.learning


def changed_tensors(subject: TrainingSubject) -> int:
    """Tensors that training changed."""
    return sum(tensor.changed for tensor in subject.tensors)


def by_heart(subject: TrainingSubject) -> bool:
    """Whether it got better on what it sees, and worse on what it never saw."""
    return subject.by_heart


MEASURES: Mapping[str, Callable[[TrainingSubject], Value]] = {
    measure.__name__: measure
    for measure in (learned, loss_fell, changed_numbers, changed_tensors, by_heart)
}
