"""The number over a column of the training page: how much of the model has learnt."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.training.experiment import TrainingQuery
from rollcall.experiments.training.report import TrainingSubject
from rollcall.web.view.numerals import significant
from rollcall.web.view.words import number, one_or_many, plural

Verdict = Literal["none", "good", "bad"]

ROOM = 4  # characters of the largest size


@dataclass(frozen=True)
class Headline:
    """A large number and up to two short lines beside it."""

    count: str
    first: str
    second: str  # empty where the first says it all

    @property
    def length(self) -> Literal["", "long", "longer"]:
        """How much smaller the number is written, to fit beside the picture of the answers."""
        if len(self.count) <= ROOM:
            return ""
        if len(self.count) == ROOM + 1:
            return "long"
        return "longer"


def verdict(subject: TrainingSubject, query: TrainingQuery) -> Verdict:
    """Good where all that is trainable changed, the loss fell, and nothing ended the training."""
    if subject.ended_early:
        return "bad"
    if not subject.trainable or not query.shown:
        return "none"
    if subject.never_updated or subject.dead_from is not None or subject.by_heart:
        return "bad"
    if subject.all_changed and subject.loss_fell and subject.broke_at is None:
        return "good"
    return "bad"


def task(query: TrainingQuery) -> str:
    """What both are trained for."""
    if query.noise:
        return "Thick lines: inputs never trained on."
    return "Both imitate one random network."


def headline(subject: TrainingSubject, query: TrainingQuery) -> Headline:
    """What there is to train, then how much of it changed, or the loss that is no number."""
    if subject.stopped and not subject.losses:
        return Headline("0", "steps were made:", f"{subject.stopped.type} was raised")
    if subject.no_loss and not subject.losses:
        return Headline("0", "steps were made:", "there is no loss")
    if not subject.trainable:
        return Headline("0", "numbers to train", "")
    numbers = one_or_many(subject.trainable, "number", "numbers")
    if not query.shown:
        return Headline(number(subject.trainable), f"{numbers} to train,", "no step made yet")
    if subject.broke_at is not None:
        steps = plural(len(subject.losses) - 1, "step", "steps")
        return Headline(significant(subject.losses[-1]), "is the loss", f"after {steps}")
    if subject.unseen:
        seen = f"{significant(subject.losses[-1])} on seen"
        tried = "on unseen inputs,"
        if subject.batch:
            tried = f"on {number(subject.batch[0])} unseen,"
        return Headline(significant(subject.unseen[-1]), tried, seen)
    of = f"of {number(subject.trainable)} trainable"
    return Headline(number(subject.learning), of, f"{numbers} changed")
