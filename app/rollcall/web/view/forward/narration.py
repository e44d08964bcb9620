"""The sentences above both columns of the forward page."""

from rollcall.core.tensors.tensor_shape import Shape
from rollcall.experiments.forward.experiment import ForwardReport
from rollcall.experiments.forward.subject import ForwardSubject
from rollcall.web.view.forward.headline import stopped_in
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.numerals import in_powers
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import all_of, one_or_many

ROUNDING = 1e-5  # outputs closer than this are the same but for rounding
HUGE = 1e300  # beyond it not all outputs are finite


def forward_narration(report: ForwardReport) -> Sentence:
    """Where a forward stopped; else how far apart the outputs are, and what no registry knows."""
    subjects = (report.left, report.right)
    broken = [told for each in subjects if (told := _broken(each))]
    if broken:
        return joined(list(dict.fromkeys(broken)))
    hidden = [told for each in subjects if (told := _hidden(each))]
    hidden = list(dict.fromkeys(hidden))
    outcome = _outcome(report)
    if not hidden:
        return sentence(outcome, ".")
    if report.apart is not None and report.apart < ROUNDING:
        secret = em("a forward does not show")
        return sentence(outcome, ": ", secret, " that ", joined(hidden, ", and that "), ".")
    return sentence(outcome, "; ", joined(hidden, ", and "), ".")


def _outcome(report: ForwardReport) -> str:
    """How the two outputs compare."""
    apart = report.apart
    if apart is None:
        if not _shapes(report.left) and not _shapes(report.right):
            return "The forwards return no tensor: there is nothing to compare"
        if not _shapes(report.left) or not _shapes(report.right):
            return _one_without_a_tensor(report)
        if _shapes(report.left) != _shapes(report.right):
            return "Their outputs have different shapes"
        return "Their outputs cannot be compared number by number"
    if apart == 0:
        return "Same input, same output, to the last bit"
    if apart < ROUNDING:
        return f"Same input, same output, up to rounding ({in_powers(f'{apart:.0e}')})"
    if apart > HUGE:
        return "The outputs differ, and not all of their numbers are finite"
    return f"The outputs differ by up to {apart:.2f}"


def _one_without_a_tensor(report: ForwardReport) -> str:
    silent = next(each for each in (report.left, report.right) if not _shapes(each))
    return f"The forward of {silent.card.said} returns no tensor: there is nothing to compare"


def _shapes(subject: ForwardSubject) -> list[Shape]:
    assert subject.call_log
    return [output.shape for output in subject.call_log.steps[0].outputs]


def _broken(subject: ForwardSubject) -> Sentence:
    """Why there is no output; empty where there is one."""
    name = subject.card.said
    if subject.raised:
        return without_result(subject, "run")
    log = subject.call_log
    assert log
    if not log.raised:
        return ()
    stops = em("stops in ", code(stopped_in(log, name)))
    return sentence(f"The forward of {name} ", stops, f" with {log.raised.type}.")


def _hidden(subject: ForwardSubject) -> Sentence:
    """What the registries do not know, or did not know before; empty where they know it all."""
    name = subject.card.said
    assert subject.call_log
    steps = [step for step in subject.call_log.steps if step.kind == "module"]
    lost = [step for step in steps if step.status != "registered" and not step.stateless]
    paths = list(dict.fromkeys(step.path for step in lost if step.path))
    made = list(dict.fromkeys(step.path for step in steps if step.appeared))
    if paths:
        are = one_or_many(len(paths), "is", "are")
        return sentence(f"in {name} ", all_of(paths), f" {are} unregistered")
    if lost:
        return sentence(f"in {name} the {lost[0].name} is unregistered")
    if made:
        return sentence(f"{name} made ", all_of(made), " on the way")
    return ()
