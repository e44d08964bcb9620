"""Which two models an address means that leaves one or both of them out."""

from typing import Any

from rollcall.experiments import Experiment
from rollcall.lectures.contents import Contents

SIDES = ("left", "right")


def opening(contents: Contents) -> dict[str, str]:
    """The pair that a course opens with: its first lesson, else a model and its opposite."""
    for chapter in contents.chapters:
        for lesson in chapter.lessons:
            return {"left": lesson.left, "right": lesson.right}
    for name in contents.cards:
        return {"left": name, "right": opposite(contents, name)}
    return {}


def opposite(contents: Contents, model: str) -> str:
    """What a model is compared with: its twin, else the model whose twin it is, else itself."""
    card = contents.card(model)
    if card is not None and card.original:
        return card.original
    twins = contents.twins
    if twin := twins.get(model):
        return twin
    return next((name for name, twin in twins.items() if twin == model), model)


def completed(contents: Contents, experiment: Experiment, asked: dict[str, Any]) -> dict[str, Any]:
    """The same parameters with both models, where a default is a model of another course.

    The defaults are models of the built-in course. An address that leaves them out keeps its
    meaning there.
    """
    fields = experiment.query.model_fields
    missing = [
        side for side in SIDES if side not in asked and fields[side].default not in contents.cards
    ]
    if not missing:
        return asked
    pair = opening(contents)
    for side, other in (("left", "right"), ("right", "left")):
        if contents.card(str(asked.get(side))) is not None:
            pair[other] = opposite(contents, asked[side])
    return {**asked, **{side: pair[side] for side in SIDES if side not in asked and side in pair}}
