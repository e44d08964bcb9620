"""Why eval() did not end a dropout, from what was seen when it was called."""

from rollcall.experiments.dropout.report import Place
from rollcall.web.view.sentence import Sentence, code, sentence


def reason(place: Place) -> Sentence:
    """What kept it dropping: what the function was told, or a flag that was not switched."""
    if place.kind == "function" and place.training and not place.owner_training:
        told = sentence(_function(place), " ran with ", code("training=True"))
        return sentence(told, ", and ", code("self.training"), " is False")
    if place.training and place.status == "unregistered":
        lost = sentence(code(place.path), " is unregistered")
        return sentence(lost, ", so ", code("eval()"), " did not reach it")
    if place.training:
        flag = f"{place.path}.training".removeprefix(".")
        return sentence(code(flag), " is True although ", code("eval()"), " was called")
    return sentence(code("training"), f" is False, and {place.name} does not ask")


def _function(place: Place) -> Sentence:
    if place.line is None:
        return sentence(code(place.name))
    return sentence(code(place.name), f" in line {place.line}")
