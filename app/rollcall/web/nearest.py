"""The nearest experiment that can be run, where one was asked for that cannot."""

import difflib
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request

from rollcall.core.query import InvalidParameter, Query
from rollcall.experiments import Experiment
from rollcall.lab import Lab, LabError
from rollcall.lectures.contents import Contents, Problem
from rollcall.web.pairing import SIDES, completed
from rollcall.web.refusal import Refusal


async def nearest_query(
    lab: Lab, contents: Contents, request: Request, experiment: Experiment, refusals: list[Refusal]
) -> Query | None:
    """What was asked, mended until the lab accepts it.

    None where it accepts nothing, as in an empty course.
    """
    asked = asked_of(request, experiment)
    for _ in experiment.query.model_fields:
        query = _mended(contents, experiment, asked, refusals)
        try:
            await lab.run(experiment, query)
        except InvalidParameter as error:
            if unloaded_files(contents, experiment, asked):
                return query  # the page says so; another model is not what was meant
            asked, refusals = query.model_dump(), [missing(error)]
        except LabError:
            return query
        else:
            return query
    return None


def asked_of(request: Request, experiment: Experiment) -> dict[str, Any]:
    """The parameters of a request that the experiment knows, as its query takes them."""
    asked: dict[str, Any] = {}
    for name, field in experiment.query.model_fields.items():
        values = request.query_params.getlist(name)
        if values:
            asked[name] = tuple(values) if field.default == () else values[-1]
    return asked


def missing(error: InvalidParameter) -> Refusal:
    """What is told of a parameter that names nothing here."""
    return Refusal(
        parameter=error.parameter,
        value=error.value,
        problem=error.problem,
        accepts="one of these",
        choices=error.accepts,
    )


def unloaded_files(
    contents: Contents, experiment: Experiment, asked: dict[str, Any]
) -> list[Problem]:
    """Why the files of the models that are asked for could not be loaded."""
    models = [asked[side] for side in SIDES if side in asked]
    if not models:
        models = [experiment.query.model_fields[side].default for side in SIDES]
    files = dict.fromkeys(f"{model.partition('.')[0]}.py" for model in models)
    problems = [contents.file_problem(file) for file in files]
    return [problem for problem in problems if problem]


def _mended(
    contents: Contents, experiment: Experiment, asked: dict[str, Any], refusals: list[Refusal]
) -> Query:
    """What was asked; what was refused is the closest choice, the default or any choice now."""
    kept = {**asked}
    for refusal in refusals:
        kept.pop(refusal.parameter, None)
        field = experiment.query.model_fields.get(refusal.parameter)
        if field is not None and field.default != () and refusal.choices:
            close = difflib.get_close_matches(refusal.value, refusal.choices, n=1)
            usual = field.default if field.default in refusal.choices else refusal.choices[0]
            kept[refusal.parameter] = close[0] if close else usual
    try:
        return experiment.query.model_validate(completed(contents, experiment, kept))
    except ValidationError:
        return experiment.query.model_validate(completed(contents, experiment, {}))
