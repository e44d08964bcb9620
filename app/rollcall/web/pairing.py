"""Which two models an address means that leaves one or both of them out."""

from typing import Any

from rollcall.core.query import InvalidParameter, Query
from rollcall.experiments import Experiment
from rollcall.lectures.contents import Contents, Kind
from rollcall.lectures.versions import FIXED, version_of

SIDES = ("left", "right")
OTHER = {"left": "right", "right": "left"}


def opening(contents: Contents, kind: Kind = "models") -> dict[str, str]:
    """The pair that is opened with: the first lesson or own model, else any model.

    A model stands beside its opposite. The same holds of training loops.
    """
    offered = contents.offered(kind)
    for chapter in contents.chapters:
        for lesson in chapter.lessons:
            if lesson.left in offered:
                return {"left": lesson.left, "right": lesson.right}
        cards = (*chapter.models, *chapter.loops)
        if chapter.own and (names := [card.name for card in cards if card.name in offered]):
            return {"left": names[0], "right": opposite(contents, names[0])}
    for name in offered:
        return {"left": name, "right": opposite(contents, name)}
    return {}


def openings(contents: Contents) -> dict[Kind, dict[str, str]]:
    """That of each kind that there is any of."""
    return {kind: opening(contents, kind) for kind in contents.kinds}


def opposite(contents: Contents, model: str) -> str:
    """What a model is compared with: its twin, else the model whose twin it is.

    Else what a lesson shows it beside, such as the solution of an exercise; else itself.
    """
    card = contents.card(model)
    if card is not None and card.original:
        return card.original
    twins = contents.twins
    if twin := twins.get(model):
        return twin
    for name, twin in twins.items():
        if twin == model:
            return name
    for chapter in contents.chapters:
        for lesson in chapter.lessons:
            if lesson.left == model:
                return lesson.right
    return model


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
        and (
            fields[side].default not in contents.offered(experiment.subjects)
            or _is_own(contents, asked.get(OTHER[side]))
        )
    ]
    if not missing:
        return asked
    pair = opening(contents, experiment.subjects)
    for side, other in OTHER.items():
        if contents.card(str(asked.get(side))) is not None:
            pair[other] = opposite(contents, asked[side])
    return {**asked, **{side: pair[side] for side in SIDES if side not in asked and side in pair}}


def _is_own(contents: Contents, model: Any) -> bool:
    """Whether it is a model of the user's, or a version of one."""
    card = contents.card(str(model))
    return card is not None and (card.original or card.name) in contents.own


def names_a_fix(query: Query) -> bool:
    """Whether a side of it is the fixed version of a model."""
    return any(version_of(str(getattr(query, side, "")))[1] == FIXED for side in SIDES)


def meant_pair(contents: Contents, experiment: Experiment, query: Query) -> Query:
    """The query with the models that are meant; the same query where it names them.

    Where it names one model of the user's alone, the default of the other side is one of the
    course, and not what was meant. A fixed version ends with the mistake that it mends: then its
    model itself is meant, whose page is open.
    """
    asked = {name: getattr(query, name) for name in query.model_fields_set}
    full = {**asked}
    for side in SIDES:
        model, word = version_of(str(asked.get(side, "")))
        if word == FIXED and model in contents.cards and contents.card(asked[side]) is None:
            full[side] = model
    if len(asked.keys() & set(SIDES)) == 1 and _names_own(contents, full):
        full = completed(contents, experiment, full)
    if full == asked:
        return query
    return experiment.query.model_validate(full)


def _names_own(contents: Contents, asked: dict[str, Any]) -> bool:
    return any(_is_own(contents, asked.get(side)) for side in SIDES)


def unknown_models(
    contents: Contents, asked: dict[str, Any], experiment: Experiment, refused: str
) -> list[InvalidParameter]:
    """Both sides, where both name nothing; `refused` is the parameter that was met first."""
    kind = experiment.subjects
    models = tuple(contents.offered(kind))
    unknown = [
        side
        for side in SIDES
        if side in asked and (side == refused or not _is_known(contents, asked[side], kind))
    ]
    return [
        InvalidParameter(side, asked[side], models, contents.problem_of(asked[side], kind))
        for side in unknown
    ]


def _is_known(contents: Contents, name: str, kind: Kind) -> bool:
    """Whether it is offered, or a version of what is."""
    card = contents.card(name)
    return name in contents.offered(kind) or (card is not None and bool(card.version))
