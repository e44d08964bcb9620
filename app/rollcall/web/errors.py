"""Every error as a readable page, or as JSON where JSON was asked for."""

import difflib
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from rollcall.core.query import InvalidParameter, Query
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab import Lab, LabError, TimeLimit
from rollcall.lectures.contents import Contents, Problem
from rollcall.web.api_page import accepts
from rollcall.web.middleware import SECURITY_HEADERS
from rollcall.web.nearest import asked_of, missing, nearest_query, unloaded_files
from rollcall.web.pages import Responder, representation_of
from rollcall.web.pairing import SIDES, completed
from rollcall.web.refusal import ErrorAnswer, Refusal

MOST_REFUSALS = 20  # on one page; an address has room for thousands


def add_error_pages(app: FastAPI, responder: Responder) -> None:  # noqa: C901  # many handlers
    """Answer every exception with a page of its own."""

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        experiment = _experiment(request)
        if experiment is None:
            return await _refused(request, None, [], await _contents(responder.lab))
        refusals = [_refusal(experiment, each) for each in error.errors()[:MOST_REFUSALS]]
        return await _refused(request, experiment, refusals, await _contents(responder.lab))

    @app.exception_handler(InvalidParameter)
    async def unacceptable(request: Request, error: InvalidParameter) -> Response:
        experiment, contents = _experiment(request), await _contents(responder.lab)
        if experiment is None:
            return await _refused(request, None, [missing(error)], contents)
        asked = asked_of(request, experiment)
        if unloaded := unloaded_files(contents, experiment, asked):
            return await _not_loaded(request, unloaded)
        unknown = [each for each in SIDES if each in asked and asked[each] not in contents.cards]
        if unknown:
            models = tuple(contents.cards)
            refusals = [missing(InvalidParameter(each, asked[each], models)) for each in unknown]
            return await _refused(request, experiment, refusals, contents)
        full = completed(contents, experiment, asked)
        if full != asked:
            return RedirectResponse(_address(request, experiment.query.model_validate(full)))
        return await _refused(request, experiment, [missing(error)], contents)

    async def _not_loaded(request: Request, unloaded: list[Problem]) -> Response:
        files = " and ".join(each.file for each in unloaded)
        text = "Mend it and ask again: the address stays the same."
        return await _answer(request, 422, f"{files} cannot be loaded", text, problems=unloaded)

    async def _refused(
        request: Request, experiment: Experiment | None, refusals: list[Refusal], contents: Contents
    ) -> Response:
        nearest = (
            await nearest_query(responder.lab, contents, request, experiment, refusals)
            if experiment
            else None
        )
        title = "This experiment cannot be run as asked"
        problems = [contents.course_problem] if contents.course_problem else []
        return await _answer(
            request, 422, title, "", refusals=refusals, problems=problems, nearest=nearest
        )

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return await _answer(
                request, 404, "There is no page here", f"Nothing answers at {request.url.path}."
            )
        response = await _answer(
            request, error.status_code, HTTPStatus(error.status_code).phrase, ""
        )
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = "GET, HEAD"  # the route knows only of GET
        return response

    @app.exception_handler(LabError)
    async def lab(request: Request, error: LabError) -> Response:
        fewer = None
        if isinstance(error, TimeLimit):
            title, status = f"No answer within {error.seconds:g} seconds", 504
            text = (
                "The models were stopped at the time limit, "
                "and a fresh worker has taken the place of theirs."
            )
            fewer = _fewer_steps(request)
        else:
            title, status = "The worker process died", 502
            text = f"While it ran these models, {error}. A fresh one has taken its place."
        return await _answer(
            request, status, title, text + " Nothing else was lost; other pages work.", fewer=fewer
        )

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        text = f"{type(error).__name__}: {error}"
        response = await _answer(
            request, 500, "This is a mistake in Roll Call, not in your model", text
        )
        response.headers.update(
            SECURITY_HEADERS
        )  # Starlette answers this one outside every middleware
        return response

    async def _answer(
        request: Request,
        status: int,
        title: str,
        text: str,
        refusals: list[Refusal] | None = None,
        problems: list[Problem] | None = None,
        nearest: Query | None = None,
        fewer: Query | None = None,
    ) -> Response:
        if representation_of(request) == "json":
            answer = ErrorAnswer(
                status=status,
                title=title,
                detail=text,
                parameters=None if refusals is None else tuple(refusals),
                problems=tuple(problems) if problems else None,
                nearest=nearest.json_url if nearest else None,
                fewer_steps=fewer.json_url if fewer else None,
            )
            return JSONResponse(answer.model_dump(), status)
        return await responder.plain(
            request,
            "error",
            status,
            title=title,
            text=text,
            refusals=refusals or [],
            problems=problems or [],
            again=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            nearest=nearest,
            fewer=fewer,
        )


def _experiment(request: Request) -> Experiment | None:
    path = request.url.path.removesuffix(".json").removesuffix(".stream")
    return next((each for each in EXPERIMENTS.values() if each.query.path == path), None)


def _fewer_steps(request: Request) -> Query | None:
    """The same experiment with half the steps, where it has steps to spare."""
    experiment = _experiment(request)
    if experiment is None or "steps" not in experiment.query.model_fields:
        return None
    query = experiment.query.model_validate(asked_of(request, experiment))
    steps: int = query.model_dump()["steps"] // 2
    return query.replace(steps=steps) if steps else None


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
    return Refusal(
        parameter=parameter,
        value=str(error["input"]),
        problem=problem,
        accepts=accepts(fields[parameter]),
    )


async def _contents(lab: Lab) -> Contents:
    """What the course offers; nothing where the lab cannot say it."""
    try:
        return (await lab.choices()).contents
    except LabError:
        return Contents(chapters=(), problems=())


def _address(request: Request, query: Query) -> str:
    """Where `query` is answered as `request` wants it."""
    if request.url.path.endswith(".stream"):
        return query.stream_url
    return query.json_url if representation_of(request) == "json" else query.url
