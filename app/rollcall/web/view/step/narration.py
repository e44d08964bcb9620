"""The sentence above both columns: what the last line did on either side."""

from rollcall.experiments.step.experiment import StepReport
from rollcall.experiments.step.report import StepSubject
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.sentence import Sentence, em, joined, read, sentence
from rollcall.web.view.step.learning_words import after_backward, after_step
from rollcall.web.view.step.line_words import after_line


def step_narration(report: StepReport) -> Sentence:
    """Once for both, where the same happened on both sides."""
    left, right = report.left, report.right
    if left.card.name == right.card.name:
        return _named(left)
    told = _about(left)
    if told and read(told) == read(_about(right)):
        return sentence("On both sides ", told, ".")
    return joined([_named(left), _named(right)])


def _named(subject: StepSubject) -> Sentence:
    if subject.raised:
        return without_result(subject, "built")
    return sentence(f"In {subject.card.said} ", _about(subject), ".")


def _about(subject: StepSubject) -> Sentence:
    moment = subject.moment
    if subject.raised or moment is None:
        return ()
    if subject.cut_short == "time":
        return sentence(em("the line that runs does not end"))
    if subject.stopped:
        return sentence(em(f"{subject.stopped.type} ends the run"))
    if subject.waits:
        return _waiting(subject)
    if moment.phase == "backward":
        return after_backward(moment)
    if moment.phase == "step":
        return after_step(moment)
    return after_line(subject, moment)


def _waiting(subject: StepSubject) -> Sentence:
    moment = subject.moment
    if moment and moment.line is not None:
        return sentence(f"line {moment.line} waits")
    return sentence("nothing goes on meanwhile")
