"""Which two models an address means that leaves one or both of them out."""

from typing import Any

from rollcall.core.query import Query
from rollcall.experiments import Experiment
from rollcall.lectures.contents import Contents

SIDES = ("left", "right")
OTHER = {"left": "right", "right": "left"}


def opening(contents: Contents) -> dict[str, str]:
    """The pair that is opened with: the first lesson or own model, else any model.

    A model stands beside its opposite.
    """
    for chapter in contents.chapters:
        for lesson in chapter.lessons:
            return {"left": lesson.left, "right": lesson.right}
        if chapter.own and (names := [card.name for card in chapter.models if not card.needs]):
            return {"left": names[0], "right": opposite(contents, names[0])}
    for name in contents.cards:
        return {"left": name, "right": opposite(contents, name)}
    return {}


def opposite(contents: Contents, model: str) -> str:
    """What a model is compared with: its twin, else the model whose twin it is, else itself."""
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
        side
        for side in SIDES
        if side not in asked
        and (fields[side].default not in contents.cards or asked.get(OTHER[side]) in contents.own)
    ]
    if not missing:
        return asked
    pair = opening(contents)
    for side, other in OTHER.items():
        if asked.get(side) in contents.cards:
            pair[other] = opposite(contents, asked[side])
    return {**asked, **{side: pair[side] for side in SIDES if side not in asked and side in pair}}


def own_pair(contents: Contents, experiment: Experiment, query: Query) -> Query:
    """The query, with the opposite of a model of the user's where it names that one alone.

    The default of the other side is a model of the course, and not what was meant.
    """
    asked = {name: getattr(query, name) for name in query.model_fields_set}
    if len(asked.keys() & set(SIDES)) != 1:
        return query
    full = completed(contents, experiment, asked)
    if full == asked:
        return query
    return experiment.query.model_validate(full)
