"""Moments of the step page, written down and not recorded."""

from typing import Any

from rollcall.core.report import Raised
from rollcall.experiments.step.books import BookEntry, Books
from rollcall.experiments.step.experiment import StepQuery, StepReport
from rollcall.experiments.step.moment import Assignment, Moment, TensorAfter
from rollcall.experiments.step.report import StepSubject
from rollcall.experiments.step.thing import Thing
from rollcall.lectures.contents import ModelCard

RAISED = Raised(type="ValueError", message="no")
LAYER = Thing(kind="module", name="Linear", detail="in_features=4, out_features=2, bias=True")
LIST = Thing(kind="module", name="ModuleList", length=1)
PLAIN_LIST = Thing(kind="container", name="list", length=1, items=("Linear",), state=1)
NUMBER = Thing(kind="plain", name="int", detail="3")
TENSOR = Thing(kind="tensor", name="Tensor", shape=(4, 2))


def subject(name: str = "own.Net", **told: Any) -> StepSubject:
    card = ModelCard(name=name, class_name=name.rpartition(".")[2], needs=())
    return StepSubject(card=card, **told)


def at(**told: Any) -> StepSubject:
    """A subject at a moment after line 7, in __init__ where nothing else is said."""
    own = StepSubject.model_fields.keys() - Moment.model_fields.keys()
    names = {name: told.pop(name) for name in list(told) if name in own}
    return subject(moment=Moment(**{"phase": "init", "ran": 7, **told}), **names)


def report(left: StepSubject, right: StepSubject) -> StepReport:
    query = StepQuery(left=left.card.name, right=right.card.name)
    return StepReport(query=query, left=left, right=right, shown=0, moments=1)


def entry(name: str, value: Thing, registry: Any = "attribute") -> BookEntry:
    return BookEntry(registry=registry, name=name, value=value)


def books(*entries: BookEntry, **told: Any) -> Books:
    usual = {"path": "", "class_name": "Net", "runs": True, "attached": True, "begun": True}
    return Books(**{**usual, **told}, entries=entries)


def assigned(landed_in: Any, value: Thing = LAYER, *passed_on_to: str) -> Assignment:
    return Assignment(
        owner="Net",
        name="fc",
        value=value,
        method="__setattr__",
        passed_on_to=passed_on_to,
        landed_in=landed_in,
    )


def tensor(gradient: float | None = None, moved: float | None = None, **told: Any) -> TensorAfter:
    usual = {"path": "w", "status": "registered", "shape": (2,)}
    return TensorAfter(**{**usual, **told}, gradient=gradient, moved=moved)
