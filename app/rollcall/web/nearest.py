"""The nearest experiment that can be run, where one was asked for that cannot."""

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request

from rollcall.core.model_name import file_of
from rollcall.core.query import InvalidParameter, Query
from rollcall.experiments import Experiment
from rollcall.lab import Lab, LabError
from rollcall.lectures.contents import Contents, Problem
from rollcall.web.pairing import SIDES, completed

LENGTHS = ("draw", "steps")  # parameters that say how much of the same is run


async def nearest_query(
    lab: Lab,
    contents: Contents,
    experiment: Experiment,
    asked: dict[str, Any],
    errors: Sequence[InvalidParameter],
) -> Query | None:
    """What was asked, each part of it well formed, mended until the lab accepts it.

    None where it accepts nothing, as in an empty course.
    """
    for _ in experiment.query.model_fields:
        query = _mended(contents, experiment, asked, errors)
        try:
            query.check_cost()
            await lab.run(experiment, _shortened(query))
        except InvalidParameter as error:
            if unloaded_files(contents, experiment, asked):
                return query  # the page says so; another model is not what was meant
            asked, errors = query.model_dump(), [error]
        except LabError:
            return query
        else:
            return query
    return None


def _shortened(query: Query) -> Query:
    """The same with the fewest draws or steps, since they name nothing that may not exist."""
    while less := [name for name in query.less if name in LENGTHS]:
        query = query.replace(**{name: query.less[name] for name in less})
    return query


def asked_of(request: Request, experiment: Experiment) -> dict[str, Any]:
    """The parameters of a request that the experiment knows, as its query takes them."""
    asked: dict[str, Any] = {}
    for name, field in experiment.query.model_fields.items():
        values = request.query_params.getlist(name)
        if values and field.default == ():  # a parameter that may be repeated
            asked[name] = tuple(values)
        elif values:
            asked[name] = values[-1]
    return asked


def unloaded_files(
    contents: Contents, experiment: Experiment, asked: dict[str, Any]
) -> list[Problem]:
    """Why the files of the models that are asked for could not be loaded."""
    models = [asked[side] for side in SIDES if side in asked]
    if not models:
        models = [experiment.query.model_fields[side].default for side in SIDES]
    # A function that is named alone has no file here, and is a problem by itself.
    files = dict.fromkeys(model if ":" in model else f"{file_of(model)}.py" for model in models)
    problems = [contents.file_problem(file) for file in files]
    return [problem for problem in problems if problem]


def _mended(
    contents: Contents,
    experiment: Experiment,
    asked: dict[str, Any],
    errors: Sequence[InvalidParameter],
) -> Query:
    """What was asked; what names nothing is the closest choice, the default or any choice now."""
    kept = {**asked}
    for error in errors:
        kept.pop(error.parameter, None)
        field = experiment.query.model_fields.get(error.parameter)
        if field is not None and field.default != () and error.accepts:
            kept[error.parameter] = _closest(error, field.default)
    try:
        return experiment.query.model_validate(completed(contents, experiment, kept))
    except ValidationError:
        return experiment.query.model_validate(completed(contents, experiment, {}))


def _closest(error: InvalidParameter, default: Any) -> str:
    """The choice that is spelt most alike, else the default, else any."""
    close = difflib.get_close_matches(error.value, error.accepts, n=1)
    if close:
        return close[0]
    if default in error.accepts:
        return str(default)
    return error.accepts[0]
