"""What a question may ask of one side of the registry page."""

from collections.abc import Callable, Mapping

from rollcall.core.roll_call import RollCall
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.lectures.declared_course import Value


def _roll_call(subject: RegistrySubject) -> RollCall:
    assert subject.roll_call  # a model that was run has one
    return subject.roll_call


def stepped_tensors(subject: RegistrySubject) -> int:
    """Tensors that one step of SGD(model.parameters()) changed."""
    return sum(each.stepped is True for each in _roll_call(subject).tensors)


def reached_by_autograd(subject: RegistrySubject) -> int:
    """Tensors that one backward gave a gradient."""
    return sum(each.autograd is True for each in _roll_call(subject).tensors)


def moved_tensors(subject: RegistrySubject) -> int:
    """Tensors that .to() brought along."""
    return sum(each.to is True for each in _roll_call(subject).tensors)


def saved_tensors(subject: RegistrySubject) -> int:
    """Tensors that are in state_dict()."""
    return sum(each.state_dict is True for each in _roll_call(subject).tensors)


def listed_numbers(subject: RegistrySubject) -> int:
    """What sum(p.numel() for p in model.parameters()) counts that is trainable."""
    assert subject.scan
    return subject.scan.registered


def optimizer_raises(subject: RegistrySubject) -> str:
    """What SGD(model.parameters()) raises; "nothing" where it takes them."""
    raised = _roll_call(subject).optimizer_raised
    if raised is None:
        return "nothing"
    return raised.type


def hides_something(subject: RegistrySubject) -> bool:
    """Whether a trainable tensor is unregistered."""
    return any(each.trainable and not each.optimizer for each in _roll_call(subject).tensors)


def missed_by(subject: RegistrySubject) -> str:
    """The calls that miss a tensor or a module, joined by commas; "none" where none does."""
    called = _roll_call(subject)
    answers = {
        "backward()": [each.autograd for each in called.tensors],
        "optimizer.step()": [each.stepped for each in called.tensors],
        ".to()": [each.to for each in called.tensors],
        "state_dict()": [each.state_dict for each in called.tensors],
        "eval()": [each.eval for each in called.modules],
    }
    if called.optimizer_raised:  # it was given nothing to step
        answers["optimizer.step()"] = [False]
    return ", ".join(name for name, heard in answers.items() if False in heard) or "none"


MEASURES: Mapping[str, Callable[[RegistrySubject], Value]] = {
    measure.__name__: measure
    for measure in (
        stepped_tensors,
        reached_by_autograd,
        moved_tensors,
        saved_tensors,
        listed_numbers,
        optimizer_raises,
        hides_something,
        missed_by,
    )
}
