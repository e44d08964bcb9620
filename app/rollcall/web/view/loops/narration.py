"""The sentences above both columns of the page of two loops."""

from rollcall.experiments.loops.experiment import LoopsReport
from rollcall.experiments.loops.report import LoopSubject
from rollcall.web.view.loops.finding_words import told_of
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.numerals import change, significant
from rollcall.web.view.sentence import Part, Sentence, code, em, joined, sentence


def loops_narration(report: LoopsReport) -> Sentence:
    """What is the matter with each loop."""
    left, right = report.left, report.right
    if left.card.name == right.card.name:
        return _about(left)
    if not left.shown and not right.shown and not left.raised and not right.raised:
        return _before(report)
    return joined([_about(left), _about(right)])


def _before(report: LoopsReport) -> Sentence:
    first = next((loss for loss in report.left.held_out if loss is not None), None)
    told: list[Part] = [f"Both loops get the same {report.left.model} and the same batches"]
    if first is not None:
        told.append(f"; its held-out loss is {significant(first)}")
    return sentence(*told, ".")


def _about(subject: LoopSubject) -> Sentence:
    name = code(subject.card.said)
    if subject.raised:
        return without_result(subject, "run")
    if subject.stopped:
        raised = subject.stopped
        where = f"at batch {subject.shown}"
        if raised.line:
            where += f", line {raised.line}"
        return sentence(name, " was ended by ", em(raised.type), f" {where}.")
    if subject.too_many:
        return sentence(
            name, " takes ", em("batch after batch"), f": stopped after {subject.shown}."
        )
    if subject.findings:
        return sentence(name, ": ", told_of(subject.findings[0], subject).sentence)
    return sentence(name, ": ", _well(subject))


def _well(subject: LoopSubject) -> Sentence:
    if not subject.n_optimizer_steps:
        return sentence("no optimizer has made a step so far.")
    losses, name = subject.held_out, "held-out loss"
    if subject.own_loss:
        losses, name = subject.losses, "its own loss"
    known = [loss for loss in losses if loss is not None]
    told = "nothing to find"
    if len(known) > 1:
        told += f", {name} {change(significant(known[0]), significant(known[-1]))}"
    return sentence(f"{told}.")
