"""Every error as a readable page, or as JSON where JSON was asked for."""

import difflib
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from rollcall.core.query import Query, Unacceptable
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab import Lab, LabError, TimeLimit
from rollcall.web.api_page import accepts
from rollcall.web.refusal import ErrorAnswer, Refusal
from rollcall.web.respond import Responder, form_of
from rollcall.web.security import HEADERS

MOST_REFUSALS = 20  # on one page; an address has room for thousands


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
        nearest = await _nearest(responder.lab, request, experiment, refusals) if experiment else None
        if nearest and not request.query_params:  # the defaults are models of the built-in course
            return RedirectResponse(nearest.json_url if form_of(request) == "json" else nearest.url)
        return await _answer(
            request,
            422,
            "This experiment cannot be run as asked",
            "",
            refusals=refusals,
            nearest=nearest,
        )

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return await _answer(request, 404, "There is no page here", f"Nothing answers at {request.url.path}.")
        response = await _answer(request, error.status_code, HTTPStatus(error.status_code).phrase, "")
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = "GET, HEAD"  # the route knows only of GET
        return response

    @app.exception_handler(LabError)
    async def lab(request: Request, error: LabError) -> Response:
        fewer = None
        if isinstance(error, TimeLimit):
            title, status = f"No answer within {error.seconds:g} seconds", 504
            text = "The models were stopped at the time limit, and a fresh worker has taken the place of theirs."
            fewer = _fewer_steps(request)
        else:
            title, status = "The worker process died", 502
            text = f"While it ran these models, {error}. A fresh one has taken its place."
        return await _answer(request, status, title, text + " Nothing else was lost; other pages work.", fewer=fewer)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        text = f"{type(error).__name__}: {error}"
        response = await _answer(request, 500, "This is a mistake in Roll Call, not in your model", text)
        response.headers.update(HEADERS)  # Starlette answers this one outside every middleware
        return response

    async def _answer(
        request: Request,
        status: int,
        title: str,
        text: str,
        refusals: list[Refusal] | None = None,
        nearest: Query | None = None,
        fewer: Query | None = None,
    ) -> Response:
        if form_of(request) == "json":
            answer = ErrorAnswer(
                status=status,
                title=title,
                detail=text,
                parameters=None if refusals is None else tuple(refusals),
                nearest=nearest.json_url if nearest else None,
                fewer_steps=fewer.json_url if fewer else None,
            )
            return JSONResponse(answer.model_dump(), status)
        return await responder.plain(
            request, "error", status, title=title, text=text, refusals=refusals or [], nearest=nearest, fewer=fewer
        )


def _experiment(request: Request) -> Experiment | None:
    path = request.url.path.removesuffix(".json").removesuffix(".stream")
    return next((each for each in EXPERIMENTS.values() if each.query.path == path), None)


def _fewer_steps(request: Request) -> Query | None:
    """The same experiment with half the steps, where it has steps to spare."""
    experiment = _experiment(request)
    if experiment is None or "steps" not in experiment.query.model_fields:
        return None
    query = experiment.query.model_validate(_asked(request, experiment))
    steps: int = query.model_dump()["steps"] // 2
    return query.but(steps=steps) if steps else None


def _refusal(experiment: Experiment, error: dict[str, Any]) -> Refusal:
    parameter = str(error["loc"][1]) if len(error["loc"]) > 1 else ""
    fields = experiment.query.model_json_schema()["properties"]
    if error["type"] == "extra_forbidden":
        close = difflib.get_close_matches(parameter, fields, n=1)
        problem = "is no parameter of this page" + (f"; did you mean {close[0]}?" if close else "")
        return Refusal(
            parameter=parameter,
            value=str(error["input"]),
            problem=problem,
            accepts="one of these parameters",
            choices=tuple(fields),
        )
    problem = error["msg"][0].lower() + error["msg"][1:]
    return Refusal(parameter=parameter, value=str(error["input"]), problem=problem, accepts=accepts(fields[parameter]))


def _missing(error: Unacceptable) -> Refusal:
    return Refusal(
        parameter=error.parameter,
        value=error.value,
        problem=error.problem,
        accepts="one of these",
        choices=error.accepts,
    )


async def _nearest(lab: Lab, request: Request, experiment: Experiment, refusals: list[Refusal]) -> Query | None:
    """What was asked, mended until the lab accepts it; None where it accepts nothing, as in an empty course."""
    asked = _asked(request, experiment)
    for _ in experiment.query.model_fields:
        query = _mended(experiment, asked, refusals)
        try:
            await lab.run(experiment, query)
        except Unacceptable as error:
            asked, refusals = query.model_dump(), [_missing(error)]
        except LabError:
            return query
        else:
            return query
    return None


def _asked(request: Request, experiment: Experiment) -> dict[str, Any]:
    """The parameters of a request that the experiment knows, as its query takes them."""
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
