"""What hides state from PyTorch, and who will not reach it, in words."""

from collections.abc import Sequence

from rollcall.core.walk.found import HidingPlace
from rollcall.web.view.sentence import Part, Sentence, code, em, joined, sentence
from rollcall.web.view.words import one_or_many, place_name, what

SHOWN = 2  # attributes that are named


def named_places(places: Sequence[HidingPlace]) -> Sentence:
    """Each with what it is: layers is a plain list."""
    shown: list[Part] = []
    for place in places[:SHOWN]:
        shown.append(sentence(code(place_name(place)), f" is {what(place)}"))
    if len(places) > SHOWN:
        return sentence(joined(shown, ", "), " and more")
    return joined(shown, " and ")


def out_of_reach(places: Sequence[HidingPlace], callers: str) -> Sentence:
    """Places that some callers of PyTorch's do not look into."""
    them = one_or_many(len(places), "it", "them")
    return sentence(named_places(places), ", so ", em(f"{callers} will not reach {them}"), ".")
