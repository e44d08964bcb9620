"""What a question may ask of one side of the step page."""

from collections.abc import Callable, Mapping

from rollcall.experiments.step.moment import Moment
from rollcall.experiments.step.report import StepSubject
from rollcall.lectures.declared_course import Value


def _moment(subject: StepSubject) -> Moment:
    assert subject.moment  # a model that was run has one
    return subject.moment


def registered_tensors(subject: StepSubject) -> int:
    """Tensors that the registries lead to at this moment."""
    return _moment(subject).total


def gained_tensors(subject: StepSubject) -> int:
    """Tensors that the last line registered."""
    return len(subject.gained)


def with_gradient(subject: StepSubject) -> int:
    """Tensors that have a gradient after backward."""
    return sum(tensor.gradient is not None for tensor in _moment(subject).tensors)


def moved_tensors(subject: StepSubject) -> int:
    """Tensors that the optimizer's step moved."""
    return sum(bool(tensor.moved) for tensor in _moment(subject).tensors)


MEASURES: Mapping[str, Callable[[StepSubject], Value]] = {
    measure.__name__: measure
    for measure in (registered_tensors, gained_tensors, with_gradient, moved_tensors)
}
