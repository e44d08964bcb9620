"""The sentences above both columns of the dropout page."""

from rollcall.core.query import Mode
from rollcall.experiments.dropout.experiment import DropoutReport
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.dropout.reason import reason
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.numerals import NBSP, change, hundredths
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import number


def dropout_narration(report: DropoutReport) -> Sentence:
    """What became of what each model kept; the same model on both sides is told of once."""
    left, right, mode = report.left, report.right, report.query.mode
    told = []
    if report.same_mask and left.cells and left.dropped[-1] and mode == "train":
        told.append(sentence("The same mask on both sides."))
    spread = any(each.shift or each.dropped_to for each in (left, right))
    told.append(_about(left, mode, spread))
    if left.card.name != right.card.name:
        told.append(_about(right, mode, spread))
    return joined(told)


def _about(subject: DropoutSubject, mode: Mode, spread: bool) -> Sentence:
    """`spread`: the standard deviation is told of both, since one of them is to keep it."""
    name = subject.card.said
    if subject.raised:
        return without_result(subject, "run")
    if not subject.places and subject.silent:
        return sentence(f"{name} draws nothing after {mode}().")
    if not subject.places:
        return sentence(f"{name} has no dropout.")
    if not subject.cells:
        return _without_mask(subject, mode)
    if subject.identical and not subject.place.training:
        return sentence(f"{name} passes its input on, bit for bit.")
    if mode == "eval":
        acts = "changes its input"
        if subject.dropped[-1]:
            acts = "still drops"
        return sentence(em(f"{name} {acts} after eval()"), ": ", reason(subject.place), ".")
    return _in_training(subject, spread)


def _without_mask(subject: DropoutSubject, mode: Mode) -> Sentence:
    """Noise, an LSTM, attention: it drew, and what it returned is not a masked input."""
    who = sentence(code(subject.place.name), f" of {subject.card.said}")
    if subject.place.kind == "module" and not subject.place.path:  # by Python's random, say
        who = sentence(f"{subject.card.said} itself")
    if not subject.place.drew:
        return sentence(who, f" draws nothing after {mode}().")
    if mode == "eval":
        return sentence(em(who, " still draws random numbers after eval()"), ".")
    return sentence(who, " draws random numbers, and no mask can be read off what it returns.")


def _in_training(subject: DropoutSubject, spread: bool) -> Sentence:
    name = subject.card.said
    assert subject.cells
    if subject.cells.all_nan:
        return sentence(em(f"{name} multiplies everything by NaN"), ".")
    if subject.dropped[-1] == subject.n_trials:
        return sentence(f"{name} drops everything.")
    std = change(*map(hundredths, subject.std))
    if subject.shift or subject.dropped_to:
        to = hundredths(subject.dropped_to)
        return sentence(f"{name} sets what it drops to {to}: standard deviation {std}.")
    mean = change(hundredths(subject.inputs[-1]), hundredths(subject.outputs[-1]))
    if spread:
        mean = f"{mean}, standard deviation {std}"
    share = f"{number(subject.dropped[-1])} of {number(subject.n_trials)}"
    if subject.by_channel and subject.scale is not None:
        scales = f"scales the others by {subject.scale:.3g}"
        return sentence(f"{name} drops {share} channels and {scales}: mean {mean}.")
    if subject.keeps_mean is False:
        return sentence(em(f"{name} {_wrong_scale(subject)}"), f": mean {mean}.")
    if subject.keeps_mean and subject.p:
        return sentence(f"{name} scales what it keeps by {subject.scale:.3g}: mean {mean}.")
    if subject.by_channel:
        return sentence(f"{name} drops {share} channels.")
    return sentence(f"{name} drops {share}.")


def _wrong_scale(subject: DropoutSubject) -> str:
    if subject.scale == 1:
        return "does not scale what it keeps"
    return f"scales what it keeps by {subject.scale:.3g}, which is not 1/(1{NBSP}−{NBSP}p)"
