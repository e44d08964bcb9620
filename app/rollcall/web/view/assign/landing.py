"""Where an assignment landed, in a word."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.assign.assignments import Landing, Slot

Kind = Literal["na", "raises", "lost", "plain", "known"]

SLOTS: dict[Slot, str] = {
    "nothing": "nothing",
    "parameter": "a Parameter",
    "buffer": "a buffer",
    "module": "a module",
    "none": "None",
    "empty_buffer": "empty buffer",
}
VERDICTS: dict[Kind, str] = {
    "na": "bad",
    "raises": "bad",
    "lost": "bad",
    "plain": "",
    "known": "good",
}


@dataclass(frozen=True)
class Headline:
    """The word over a column."""

    verdict: str
    where: str
    doing: str  # what was done, if PyTorch raised


def headline(landing: Landing) -> Headline:
    """Of one assignment."""
    doing = "self.x = …"
    if landing.by_slot:
        doing = "making x something first"
    return Headline(VERDICTS[kind(landing)], _where(landing), doing)


def kind(landing: Landing) -> Kind:
    """Na: x could not be made what it was to be before; plain: there was nothing to register."""
    if landing.by_slot:
        return "na"
    if landing.raised:
        return "raises"
    if landing.lost:
        return "lost"
    if landing.place == "attribute":
        return "plain"
    return "known"


def _where(landing: Landing) -> str:
    if landing.raised:
        return landing.raised.type
    if landing.place == "attribute":
        return "plain attribute"
    assert landing.place
    return landing.place
