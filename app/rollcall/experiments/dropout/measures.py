"""What a question may ask of one side of the dropout page."""

from collections.abc import Callable, Mapping

from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.lectures.declared_course import Value


def drops(subject: DropoutSubject) -> bool:
    """Whether anything was dropped in the draw that is shown."""
    return bool(subject.dropped and subject.dropped[-1])


def keeps_mean(subject: DropoutSubject) -> bool:
    """Whether the mean stays the same on average."""
    return subject.keeps_mean is True


def factor(subject: DropoutSubject) -> float:
    """By which all that is kept is multiplied; 0 where there is no such number."""
    return round(subject.scale or 0.0, 6)


def drops_to_zero(subject: DropoutSubject) -> bool:
    """Whether what is dropped becomes 0."""
    return subject.dropped_to == 0


MEASURES: Mapping[str, Callable[[DropoutSubject], Value]] = {
    measure.__name__: measure for measure in (drops, keeps_mean, factor, drops_to_zero)
}
