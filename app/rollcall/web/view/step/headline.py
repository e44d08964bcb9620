"""The number over a column of the step page."""

from rollcall.experiments.step.moment import Moment
from rollcall.experiments.step.report import StepSubject
from rollcall.web.view.headline import Headline, Verdict
from rollcall.web.view.step.books_table import is_lost
from rollcall.web.view.step.variables_table import graph_of
from rollcall.web.view.words import number, one_or_many, size


def step_headline(subject: StepSubject) -> Headline:
    """How much is registered, has a gradient or moved; below, what the last line did to that."""
    moment = subject.moment
    assert moment
    if moment.phase == "backward":
        return _of_tensors(
            moment, "got a gradient", [t.gradient is not None for t in moment.tensors]
        )
    if moment.phase == "step":
        return _of_tensors(moment, "moved", [bool(t.moved) for t in moment.tensors])
    if moment.phase == "forward":
        return _of_forward(subject, moment)
    tensors = one_or_many(moment.total, "tensor", "tensors")
    return Headline(
        _verdict(moment), number(moment.total), f"registered {tensors}", _change(subject), False
    )


def _of_forward(subject: StepSubject, moment: Moment) -> Headline:
    """The shape of what was made last."""
    waits = ""
    if subject.waits:
        waits = _waits(subject)
    shown = [each for each in moment.variables if each.name in subject.changed_variables]
    tensors = [each for each in shown or moment.variables if each.dtype]
    if not tensors:
        return Headline("none", "–", "no tensor here", waits, False)
    latest = tensors[-1]
    first = f"is {latest.name}"
    if moment.event == "end":
        first = "was returned"
    return Headline("none", size(latest.value.shape), first, waits or graph_of(latest), False)


def _waits(subject: StepSubject) -> str:
    if subject.stopped or subject.cut_short == "time":
        return "the run ends here"
    return "waits for the other side"


def _change(subject: StepSubject) -> str:
    moment = subject.moment
    assert moment
    if subject.waits:
        return _waits(subject)
    if moment.ran is None:
        return "nothing ran yet" if not subject.number else ""
    if subject.gained:
        return f"line {moment.ran} added {number(len(subject.gained))}"
    if subject.dropped:
        return f"line {moment.ran} took away {number(len(subject.dropped))}"
    return f"line {moment.ran} added none"


def _verdict(moment: Moment) -> Verdict:
    if any(is_lost(entry) for books in moment.books for entry in books.entries):
        return "bad"
    if moment.total:
        return "good"
    return "none"


def _of_tensors(moment: Moment, what: str, did: list[bool]) -> Headline:
    verdict: Verdict = "good"
    if not all(did):
        verdict = "bad"
    if not did:
        verdict = "none"
    tensors = one_or_many(len(did), "tensor", "tensors")
    return Headline(verdict, number(sum(did)), f"of {number(len(did))} {tensors}", what, False)
