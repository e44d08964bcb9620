"""The shapes over a column: what goes into a forward, and what comes out or where it stops."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.core.tensors.tensor_shape import Shape
from rollcall.experiments.forward.call_log import CallLog, Step
from rollcall.experiments.forward.subject import ForwardSubject
from rollcall.web.view.words import of_class, plural, size


@dataclass(frozen=True)
class Headline:
    """From a shape to a shape, unless it stopped."""

    stopped_in: str  # the call that raised; "" where none did
    given: str
    returned: str
    calls: str
    lost: str  # modules that are not registered; "" where all are


def headline(subject: ForwardSubject) -> Headline:
    """Of a model that was built."""
    log = subject.call_log
    assert log
    given = _given(subject, log)
    if log.raised:
        return Headline(stopped_in(log, subject.card.said), given, "", "", "")
    calls = len(log.steps) + log.more - 1  # the first is that of the model itself
    return Headline(
        stopped_in="",
        given=given,
        returned=_returned(log.steps[0]),
        calls=plural(calls, "call", "calls"),
        lost=_lost(log),
    )


def stopped_in(log: CallLog, model: str) -> str:
    """The innermost call from which the exception came."""
    if log.raised_in is None:
        return model
    return log.raised_in.path or log.raised_in.name


def _given(subject: ForwardSubject, log: CallLog) -> str:
    """All tensors that went in, where the call of the model was seen."""
    if log.steps and log.steps[0].inputs:
        return _sizes(log.steps[0].inputs)
    return size(subject.input_shape)


def _returned(model_call: Step) -> str:
    """Its tensors, else the class of what it returned."""
    if model_call.outputs:
        return _sizes([output.shape for output in model_call.outputs])
    return of_class(model_call.returned)


def _sizes(shapes: Sequence[Shape]) -> str:
    """Two shapes, as large as they are written; further ones are in the table."""
    told = [size(shape) for shape in shapes[:2]]
    if len(shapes) > len(told):
        told.append("…")
    return ", ".join(told)


def _lost(log: CallLog) -> str:
    modules = [step for step in log.steps if step.kind == "module"]
    unknown = [step for step in modules if step.status != "registered"]
    lost = [step.status for step in unknown if not step.stateless]
    if not lost:
        return ""
    return f"{len(lost)} {lost[0]}"
