"""What a question may ask of one side of the device page."""

from collections.abc import Callable, Mapping

from rollcall.experiments.device.report import DeviceSubject, Move
from rollcall.lectures.declared_course import Value


def _move(subject: DeviceSubject) -> Move:
    assert subject.move  # a model that was run has one
    return subject.move


def moved_tensors(subject: DeviceSubject) -> int:
    """Tensors that .to() brought along."""
    return len(_move(subject).to_move) - len(_move(subject).left_behind)


def left_behind(subject: DeviceSubject) -> int:
    """Tensors that .to() did not bring along."""
    return len(_move(subject).left_behind)


def forward_raises(subject: DeviceSubject) -> str:
    """What a forward raises where the model was sent; "nothing" where it answers."""
    forward = _move(subject).forward
    if forward is None or forward.raised is None:
        return "nothing"
    return forward.raised.type


def damaged_tensors(subject: DeviceSubject) -> int:
    """Tensors of which a move to another type destroyed numbers."""
    return len(_move(subject).damaged)


MEASURES: Mapping[str, Callable[[DeviceSubject], Value]] = {
    measure.__name__: measure
    for measure in (moved_tensors, left_behind, forward_raises, damaged_tensors)
}
