"""Every error as a readable page, or as JSON where JSON was asked for."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rollcall.core.query import InvalidParameter, Query, without_suffix
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab import Busy, LabError, TimeLimit
from rollcall.lab.errors import NoNode
from rollcall.lectures.contents import Contents, Kind, Problem
from rollcall.web.before_the_save import BeforeTheSave
from rollcall.web.cached_response import NO_STORE
from rollcall.web.cheaper import Cheaper, cheaper_than
from rollcall.web.errors import Refusal, all_malformed, missing
from rollcall.web.nearest import asked_of, nearest_query, unloaded_files
from rollcall.web.pages import Responder
from rollcall.web.pairing import SIDES, completed, openings
from rollcall.web.representation import AS_JSON, address, representation_of
from rollcall.web.tabs import tabs
from rollcall.web.told import Told, as_json, on_page
from rollcall.web.view.trouble import Trouble

RETRY = 5  # seconds
ELSE = "Nothing else was lost; other pages work."

Handler = Callable[[Request, Any], Awaitable[Response]]


def add_error_pages(app: FastAPI, responder: Responder, headers: dict[str, str]) -> None:
    """Answer every exception with a page of its own.

    `headers` are those of every answer.
    """
    pages = ErrorPages(responder, headers)
    app.exception_handler(RequestValidationError)(pages.or_busy(pages.malformed))
    app.exception_handler(InvalidParameter)(pages.or_busy(pages.unacceptable))
    app.exception_handler(HTTPException)(pages.or_busy(pages.http))
    app.exception_handler(LabError)(pages.or_busy(pages.lab))
    app.exception_handler(Busy)(pages.busy)
    app.exception_handler(Exception)(pages.unexpected)


class ErrorPages:
    """One method for each kind of exception."""

    def __init__(self, responder: Responder, headers: dict[str, str]) -> None:
        self._responder = responder
        self._headers = headers
        self._lab = responder.lab
        self._before = BeforeTheSave(responder)

    async def malformed(self, request: Request, error: RequestValidationError) -> Response:
        """A parameter that is unknown, out of bounds or no such value at all."""
        experiment, contents = _experiment_of(request), await self._contents()
        if any(name in experiment.query.renamed for name in request.query_params):
            return self._responder.redirect(_renamed(request, experiment), 308)
        refusals = all_malformed(experiment.query, error.errors())
        asked = asked_of(request, experiment)
        for refusal in refusals:
            asked.pop(refusal.parameter, None)
        nearest = await nearest_query(self._lab, contents, experiment, asked, [])
        return await self._refused(request, contents, refusals, nearest)

    async def unacceptable(self, request: Request, error: InvalidParameter) -> Response:
        """A parameter that names nothing here, be it one that was left out."""
        experiment, contents = _experiment_of(request), await self._contents()
        asked = asked_of(request, experiment)
        if unloaded := unloaded_files(contents, experiment, asked):
            return await self._not_loaded(request, unloaded)
        errors = _unknown_models(contents, asked, experiment)
        if errors:
            before = await self._before.page_of_gone(request, experiment, contents, errors)
            if before is not None:
                return before
        else:
            full = completed(contents, experiment, asked)
            if full != asked:
                meant = experiment.query.model_validate(full)
                return self._responder.redirect(address(request, meant))
            errors = [error]
        nearest = await nearest_query(self._lab, contents, experiment, asked, errors)
        return await self._refused(request, contents, [missing(each) for each in errors], nearest)

    async def http(self, request: Request, error: HTTPException) -> Response:
        """No page, or no such method."""
        if error.status_code == 404:
            text = f"Nothing answers at {request.url.path}."
            return await self._answer(request, Told(404, "There is no page here", text))
        title = HTTPStatus(error.status_code).phrase
        response = await self._answer(request, Told(error.status_code, title))
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = "GET, HEAD"  # the route knows only of GET
        return response

    async def lab(self, request: Request, error: LabError) -> Response:
        """The worker process died, or was stopped."""
        if isinstance(error, TimeLimit):
            title = f"No answer within {error.seconds:g} seconds"
            stopped = "The models were stopped at the time limit"
            text = f"{stopped}, and a fresh worker has taken the place of theirs. {ELSE}"
            told = Told(504, title, text, cheaper=_cheaper(request))
            return await self._before_or(request, told)
        text = f"While it ran these models, {error}. A fresh one has taken its place. {ELSE}"
        return await self._before_or(request, Told(502, "The worker process died", text))

    async def busy(self, request: Request, error: Busy) -> Response:
        """Nobody can take the call. The page asks again by itself, also where no script runs."""
        text = f"This page asks again by itself, each {RETRY} seconds. Nothing was lost."
        title = "Many are asking at once"
        if isinstance(error, NoNode):
            title = str(error).capitalize()
            text = f"{text} {error.tried}".strip()
        told = Told(503, title, text, retry=RETRY)
        response = await self._answer(request, told)
        response.headers["Retry-After"] = str(RETRY)
        response.headers["Cache-Control"] = "no-store"
        if representation_of(request) == "page":
            response.headers["Refresh"] = str(RETRY)
        return response

    def or_busy(self, handler: Handler) -> Handler:
        """A handler that asks the lab as well, and may be told there that too many do."""

        async def handle(request: Request, error: Any) -> Response:
            try:
                return await handler(request, error)
            except Busy as busy:
                return await self.busy(request, busy)

        return handle

    async def unexpected(self, request: Request, error: Exception) -> Response:
        """What nobody thought of."""
        title = "This is a mistake in Roll Call, not in your model"
        told = Told(500, title, f"{type(error).__name__}: {error}")
        response = await self._answer(request, told)
        # Starlette answers this one outside every middleware.
        response.headers.update(self._headers)
        return response

    async def _contents(self) -> Contents:
        """What the course offers; nothing where the lab cannot say it."""
        try:
            return (await self._lab.choices()).contents
        except LabError:
            return Contents(chapters=(), problems=())

    async def _openings(self) -> dict[Kind, dict[str, str]]:
        """What there is a page of. An error is told whatever goes wrong here."""
        try:
            return openings((await self._lab.choices()).contents)
        except Exception:
            return {"models": {}}

    async def _not_loaded(self, request: Request, unloaded: list[Problem]) -> Response:
        title = f"{' and '.join(each.file for each in unloaded)} cannot be loaded"
        text = "Mend it and ask again: the address stays the same."
        if self._responder.watched:
            text = "Mend it, and this page follows."
        return await self._before_or(request, Told(422, title, text, problems=tuple(unloaded)))

    async def _before_or(self, request: Request, told: Told) -> Response:
        """The last result below what is told; what is told alone where there is none."""
        trouble = Trouble(told.title, told.text, told.problems)
        before = await self._before.page(request, _experiment(request), trouble, told.status)
        if before is not None:
            return before
        return await self._answer(request, told)

    async def _refused(
        self, request: Request, contents: Contents, refusals: list[Refusal], nearest: Query | None
    ) -> Response:
        title = "This experiment cannot be run as asked"
        problems: tuple[Problem, ...] = ()
        if contents.course_problem:
            problems = (contents.course_problem,)
        told = Told(422, title, "", tuple(refusals), problems, nearest)
        return await self._answer(request, told)

    async def _answer(self, request: Request, told: Told) -> Response:
        if representation_of(request) in AS_JSON:
            headers = {"Cache-Control": NO_STORE}
            return JSONResponse(as_json(told).model_dump(), told.status, headers)
        again = request.url.path
        if request.url.query:
            again += f"?{request.url.query}"
        return await self._responder.plain(
            request,
            "error",
            told.status,
            again=again,
            tabs=tabs({}, openings=await self._openings()),
            **on_page(told),
        )


def _renamed(request: Request, experiment: Experiment) -> str:
    """The address that was asked for, with the parameters as they are called today."""
    today = experiment.query.renamed
    asked = request.query_params.multi_items()
    pairs = [(today.get(name, name), value) for name, value in asked if value or name not in today]
    return f"{request.url.path}?{urlencode(pairs)}"


def _experiment(request: Request) -> Experiment | None:
    """The one that is asked for; the catalog is none."""
    path = without_suffix(request.url.path)
    return next((each for each in EXPERIMENTS.values() if each.query.path == path), None)


def _experiment_of(request: Request) -> Experiment:
    """The same for a request with a query, which no other page takes."""
    experiment = _experiment(request)
    assert experiment
    return experiment


def _unknown_models(
    contents: Contents, asked: dict[str, Any], experiment: Experiment
) -> list[InvalidParameter]:
    models = tuple(contents.offered(experiment.subjects))
    unknown = [side for side in SIDES if side in asked and asked[side] not in models]
    kind = experiment.subjects
    return [
        InvalidParameter(side, asked[side], models, contents.problem_of(asked[side], kind))
        for side in unknown
    ]


def _cheaper(request: Request) -> Cheaper | None:
    """What of the same may be there in time."""
    experiment = _experiment(request)
    if experiment is None:
        return None
    return cheaper_than(experiment.query.model_validate(asked_of(request, experiment)))
