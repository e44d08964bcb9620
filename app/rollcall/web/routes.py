"""The addresses of the pages."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab.asker import Urgency, as_urgent_as, asking
from rollcall.lab.choices import Choices
from rollcall.web.api_page import describe
from rollcall.web.cached_response import NO_STORE
from rollcall.web.errors import ErrorAnswer
from rollcall.web.exam_routes import exam_routes
from rollcall.web.findings_routes import findings_routes
from rollcall.web.openapi.answers import PAGE
from rollcall.web.pages import JSON, Responder
from rollcall.web.saves import Saves
from rollcall.web.streams import Streams
from rollcall.web.tabs import TabAnswer

STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {}},
        "description": "HTML of the report, step by step; then a `done` event, or `broken` and why",
    }
}
SAVES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {}},
        "description": "A `saved` event for each new state of the files; its id names the state",
    }
}
HEALTHY: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/json": {"schema": {"type": "object", "required": ["status"]}}},
        "description": "The lab is warm",
    }
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/x-python": {}}, "description": "The file, to be kept"}
}
REFUSED: dict[int | str, dict[str, Any]] = {
    422: {
        "model": ErrorAnswer,
        "description": "A parameter that was not accepted, and what it accepts",
    }
}
Here = Annotated[str, Query(description="the step of the course from which one comes")]


def routes(responder: Responder, streams: Streams) -> APIRouter:
    """Every route: the catalog, page and JSON twin of each experiment, and the API's own page."""
    router = APIRouter()
    for experiment in EXPERIMENTS.values():
        _add_experiment(router, responder, experiment)
        if experiment.play:
            _add_stream(router, streams, experiment)
        if experiment.download:
            _add_file(router, responder, experiment)
        if experiment.empty:
            _add_tab(router, responder, experiment)

    @router.get(
        "/",
        summary="The lessons in teaching order, and all models",
        responses=PAGE,
        response_class=Response,
    )
    async def catalog(request: Request, lesson: Here = "") -> Response:
        return await responder.page(request, "catalog", here=lesson)

    @router.get("/catalog.json", summary="The same as JSON", response_model=Choices)
    async def catalog_json(request: Request) -> Response:
        choices = await responder.lab.choices()
        return responder.json(request, choices.model_dump_json().encode())

    router.include_router(findings_routes(responder))

    @router.get(
        "/api",
        summary="Every address, with its parameters and their bounds",
        responses=PAGE,
        response_class=Response,
    )
    async def api(request: Request) -> Response:
        document = await asyncio.to_thread(request.app.openapi)
        return await responder.page(request, "api", operations=describe(document))

    @router.get(
        "/healthz",
        summary="Answers once the lab is warm",
        responses=HEALTHY,
        response_class=Response,
    )
    async def healthz() -> Response:
        headers = {"Cache-Control": NO_STORE}
        return Response('{"status":"ok"}', media_type=JSON, headers=headers)

    router.include_router(exam_routes(responder))
    return router


def saves_route(saves: Saves) -> APIRouter:
    """The stream that tells open pages of a save."""
    router = APIRouter()

    @router.get(
        "/saves",
        summary="Tells when a served file is saved: server-sent events.",
        responses=SAVES,
        response_class=Response,
    )
    async def stream() -> Response:
        return saves.response()

    return router


def _add_experiment(router: APIRouter, responder: Responder, experiment: Experiment) -> None:
    Asked = Annotated[experiment.query, Query()]  # type: ignore[name-defined]  # FastAPI reads it when the route is made

    async def page(request: Request, query: Asked) -> Response:
        elsewhere = await responder.elsewhere(request, experiment, query)
        return elsewhere or await responder.experiment(request, experiment, query)

    async def json(request: Request, query: Asked) -> Response:
        elsewhere = await responder.elsewhere(request, experiment, query)
        return elsewhere or await responder.experiment(request, experiment, query)

    path = experiment.query.path
    router.add_api_route(
        path,
        page,
        name=experiment.name,
        summary=experiment.summary,
        responses={**PAGE, **REFUSED},
        response_class=Response,
    )
    router.add_api_route(
        path + ".json",
        json,
        name=f"{experiment.name}_json",
        summary=f"{experiment.summary} As JSON.",
        response_model=experiment.report,
        responses=REFUSED,
    )


def _add_stream(router: APIRouter, streams: Streams, experiment: Experiment) -> None:
    Asked = Annotated[experiment.query, Query()]  # type: ignore[name-defined]  # as above

    async def stream(request: Request, query: Asked) -> Response:
        return await streams.response(request, experiment, query)

    router.add_api_route(
        experiment.query.path + ".stream",
        stream,
        name=f"{experiment.name}_stream",
        summary=f"{experiment.summary} As server-sent events, a frame for each of its steps.",
        responses=STREAM,
        response_class=Response,
    )


def _add_tab(router: APIRouter, responder: Responder, experiment: Experiment) -> None:
    Asked = Annotated[experiment.query, Query()]  # type: ignore[name-defined]  # as above

    async def tab(request: Request, query: Asked) -> Response:
        with asking(as_urgent_as(Urgency.AHEAD)):
            return await responder.experiment(request, experiment, query)

    router.add_api_route(
        experiment.query.path + ".tab",
        tab,
        name=f"{experiment.name}_tab",
        summary=f"{experiment.summary} Whether there is any of it in these models.",
        response_model=TabAnswer,
        responses=REFUSED,
    )


def _add_file(router: APIRouter, responder: Responder, experiment: Experiment) -> None:
    Asked = Annotated[experiment.query, Query()]  # type: ignore[name-defined]  # as above

    async def file(query: Asked) -> Response:
        return await responder.file(experiment, query)

    router.add_api_route(
        experiment.query.path + ".py",
        file,
        name=f"{experiment.name}_file",
        summary=f"{experiment.summary} Its file.",
        responses={**FILE, **REFUSED},
        response_class=Response,
    )
