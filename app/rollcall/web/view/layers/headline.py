"""The number over a column: how many checks pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.layers.experiment import LayersQuery, LayersSubject
from rollcall.lectures.contents import ModelCard


@dataclass(frozen=True)
class Headline:
    """A large number and two short lines, the second of which ends in code and `in_eval`."""

    verdict: Literal["none", "good", "bad"]
    count: str
    first: str
    in_eval: str  # why it was not checked in the mode of the query; "" where it was


def headline(subject: LayersSubject, query: LayersQuery) -> Headline:
    """Of a layer that has a reference."""
    first, in_eval = "checks pass", ""
    if subject.todo:
        first = f"checks pass, {subject.todo} to do"
    if subject.unreached:
        first = f"checks pass, {subject.unreached} wait"
    if subject.mode != query.mode:
        in_eval = " in eval, for in training it draws"
    count = f"{subject.passed} of {len(subject.lines)}"
    return Headline(_verdict(subject), count, first, in_eval)


def _verdict(subject: LayersSubject) -> Literal["none", "good", "bad"]:
    if subject.failed:
        return "bad"
    if subject.todo:
        return "none"
    return "good"


def checkable(cards: Iterable[ModelCard]) -> list[ModelCard]:
    """One model of each class that has a reference, to be chosen instead of one that has none."""
    known: dict[str, ModelCard] = {}
    for card in cards:
        if card.reference:
            known.setdefault(card.class_name, card)
    return list(known.values())
