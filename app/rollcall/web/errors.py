"""Every error as a readable page, or as JSON where JSON was asked for."""

import difflib
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rollcall.core.query import Query, Unacceptable
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab import LabError, TimeLimit
from rollcall.web.api_page import accepts
from rollcall.web.respond import Responder, form_of
from rollcall.web.security import HEADERS

MOST_REFUSALS = 20  # on one page; an address has room for thousands


@dataclass(frozen=True)
class Refusal:
    """One parameter that was not accepted."""

    parameter: str
    value: str
    problem: str
    accepts: str
    choices: tuple[str, ...] = ()


def add_error_pages(app: FastAPI, responder: Responder) -> None:
    """Answer every exception with a page of its own."""

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        experiment = _experiment(request)
        refusals = [_refusal(experiment, each) for each in error.errors()[:MOST_REFUSALS]] if experiment else []
        return await _refused(request, experiment, refusals)

    @app.exception_handler(Unacceptable)
    async def unacceptable(request: Request, error: Unacceptable) -> Response:
        return await _refused(request, _experiment(request), [_missing(error)])

    async def _refused(request: Request, experiment: Experiment | None, refusals: list[Refusal]) -> Response:
        nearest = await _nearest(request, experiment, refusals) if experiment else None
        return await _answer(
            request,
            422,
            "This experiment cannot be run as asked",
            "",
            refusals=refusals,
            nearest=nearest,
        )

    async def _missing(error: Unacceptable) -> Refusal:
    return Refusal(error.parameter, error.value, "does not exist here", "one of these", error.accepts)


def _asked(request: Request, experiment: Experiment) -> dict[str, Any]:
    """The parameters as they came."""
    asked: dict[str, Any] = {}
    for name, field in experiment.query.model_fields.items():
        values = request.query_params.getlist(name)
        if values:
            asked[name] = tuple(values) if field.default == () else values[-1]
    return asked


def _mended(experiment: Experiment, asked: dict[str, Any], refusals: list[Refusal]) -> Query:
    """What was asked, with what was refused replaced by the closest choice, the default or any choice."""
    kept = {**asked}
    for refusal in refusals:
        kept.pop(refusal.parameter, None)
        field = experiment.query.model_fields.get(refusal.parameter)
        if field is not None and field.default != () and refusal.choices:
            close = difflib.get_close_matches(refusal.value, refusal.choices, n=1)
            usual = field.default if field.default in refusal.choices else refusal.choices[0]
            kept[refusal.parameter] = close[0] if close else usual
    try:
        return experiment.query.model_validate(kept)
    except ValidationError:
        return experiment.query()
