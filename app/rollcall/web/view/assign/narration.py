"""The sentences above both columns of the assign page."""

from rollcall.experiments.assign.assignments import Landing
from rollcall.experiments.assign.experiment import AssignReport
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import all_of, plural


def assign_narration(report: AssignReport) -> Sentence:
    """What became of each value; the same value on both sides is told of once."""
    told = [_about("The left value", report.left.landing)]
    if report.right.value != report.left.value:
        told.append(_about("The right one", report.right.landing))
    return joined(told)


def _about(name: str, landing: Landing) -> Sentence:
    if landing.raised and landing.by_slot:
        before = "making x something first already raises"
        return sentence(f"{name} cannot be tried: {before} {landing.raised.type}.")
    if landing.raised:
        return sentence(f"{name} ", em(f"raises {landing.raised.type}"), ".")
    if landing.called:
        tensors = plural(landing.called, "tensor", "tensors")
        uses = f", and a call of it uses {tensors} that PyTorch does not know."
        return sentence(f"{name} ", em("becomes a plain attribute"), uses)
    if landing.lost:
        return sentence(f"{name} ", _lost(landing))
    return sentence(f"{name} ", _known(landing))


def _lost(landing: Landing) -> Sentence:
    """Of state that no registry knows."""
    if landing.place == "attribute":
        becomes = em("becomes a plain attribute")
        missed = all_of(landing.unregistered)
        return sentence(becomes, ": no error, and PyTorch will never find ", missed, ".")
    assert landing.place
    unknown = em("and what is nested in it stays unknown")
    return sentence("goes to ", code(landing.place), ", ", unknown, ".")


def _known(landing: Landing) -> Sentence:
    if landing.place == "attribute":
        return sentence("becomes a plain attribute, and there is nothing in it to register.")
    assert landing.place
    if landing.holds == "NoneType":
        return sentence("stays registered in ", code(landing.place), " as None.")
    return sentence("is registered in ", code(landing.place), ".")
