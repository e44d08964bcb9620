"""What a question may ask of one side of the saving page."""

from collections.abc import Callable, Mapping

from rollcall.core.round_trip import RoundTrip
from rollcall.experiments.saving.subject import SavingSubject
from rollcall.lectures.declared_course import Value


def _trip(subject: SavingSubject) -> RoundTrip:
    assert subject.trip  # a model that was run has one
    return subject.trip


def saved_tensors(subject: SavingSubject) -> int:
    """Tensors that are in the file."""
    return sum(each.key is not None for each in _trip(subject).tensors)


def keys(subject: SavingSubject) -> int:
    """Keys of the file."""
    return len(_trip(subject).keys)


def load_raises(subject: SavingSubject) -> str:
    """What load_state_dict() of a fresh model raises; "nothing" where it takes the file."""
    raised = _trip(subject).load_raised
    if raised is None:
        return "nothing"
    return raised.type


def comes_back(subject: SavingSubject) -> bool:
    """Whether the fresh model answers as the saved one did."""
    comparison = _trip(subject).comparison
    return comparison is not None and comparison.equal and not comparison.nothing


MEASURES: Mapping[str, Callable[[SavingSubject], Value]] = {
    measure.__name__: measure for measure in (saved_tensors, keys, load_raises, comes_back)
}
