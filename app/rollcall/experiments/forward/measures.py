"""What a question may ask of one side of the forward page."""

from collections.abc import Callable, Mapping

from rollcall.experiments.forward.call_log import CallLog
from rollcall.experiments.forward.subject import ForwardSubject
from rollcall.lectures.declared_course import Value


def _log(subject: ForwardSubject) -> CallLog:
    assert subject.call_log  # a model that was run has one
    return subject.call_log


def output(subject: ForwardSubject) -> str:
    """Shape, mean and deviation of what the model answers, for a question about both sides."""
    told = [f"{fact.shape} {fact.mean} {fact.std}" for fact in _log(subject).steps[0].outputs]
    return ", ".join(told)


def outputs(subject: ForwardSubject) -> int:
    """Tensors that the model answers."""
    return len(_log(subject).steps[0].outputs)


def module_calls(subject: ForwardSubject) -> int:
    """Calls of modules inside the model."""
    return sum(step.kind == "module" for step in _log(subject).steps[1:])


def function_calls(subject: ForwardSubject) -> int:
    """Calls of torch functions in the model's own forwards."""
    return sum(step.kind == "function" for step in _log(subject).steps)


def raises(subject: ForwardSubject) -> str:
    """What the forward raises; "nothing" where it answers."""
    raised = _log(subject).raised
    if raised is None:
        return "nothing"
    return raised.type


MEASURES: Mapping[str, Callable[[ForwardSubject], Value]] = {
    measure.__name__: measure for measure in (output, outputs, module_calls, function_calls, raises)
}
