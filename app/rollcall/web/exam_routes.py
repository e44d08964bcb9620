"""The addresses of the exam."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from rollcall.experiments.exam.query import ExamQuery
from rollcall.experiments.exam.report import ExamReport
from rollcall.lab import Lab
from rollcall.web.cached_response import CachedResponse
from rollcall.web.errors import ErrorAnswer, all_malformed
from rollcall.web.openapi.answers import PAGE
from rollcall.web.pages import JSON, Responder
from rollcall.web.told import Told, on_page
from rollcall.web.view.exam.exam_page import exam_page

TITLE = "This exam cannot be asked for"


def exam_routes(responder: Responder) -> APIRouter:
    """The page and its JSON twin, which has the right answers."""
    router = APIRouter()

    @router.get(
        "/exam",
        summary="Ten questions on models that were broken by rule",
        responses=PAGE,
        response_class=Response,
        openapi_extra={"parameters": _parameters()},
    )
    async def exam(request: Request) -> Response:
        try:
            query = _asked(request)
        except ValidationError as error:
            refused = _refused(error)
            told = Told(422, TITLE, refusals=refused.parameters, nearest=ExamQuery())
            return await responder.plain(request, "error", told.status, **on_page(told))
        page = exam_page(await _report(responder.lab, query))
        return await responder.page(request, "exam", exam=page)

    @router.get(
        "/exam.json",
        summary="Ten questions on models that were broken by rule, with what is right.",
        response_model=ExamReport,
        openapi_extra={"parameters": _parameters()},
    )
    async def exam_json(request: Request) -> Response:
        try:
            query = _asked(request)
        except ValidationError as error:
            body = _refused(error).model_dump_json().encode()
            return CachedResponse.of(body, JSON).response(request, status=422)
        body = (await _report(responder.lab, query)).model_dump_json().encode()
        return responder.json(request, body)

    return router


def _parameters() -> list[dict[str, Any]]:
    """What the address takes, for the page of the API: it is read here, to be refused in words."""
    fields = ExamQuery.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "schema": schema, "description": schema["description"]}
        for name, schema in fields.items()
    ]


def _asked(request: Request) -> ExamQuery:
    """The exam of an address.

    Raises:
        ValidationError: it is none.
    """
    return ExamQuery.model_validate(dict(request.query_params))


def _refused(error: ValidationError) -> ErrorAnswer:
    records = ({**each, "loc": ("query", *each["loc"])} for each in error.errors())
    return ErrorAnswer(
        status=422,
        title=TITLE,
        detail="An exam has a seed, a question and the answers so far.",
        parameters=tuple(all_malformed(ExamQuery, records)),
        nearest=ExamQuery().url,
    )


async def _report(lab: Lab, query: ExamQuery) -> ExamReport:
    """The questions that the address tells of, each made in a call of its own."""
    asked = await asyncio.gather(*(lab.exam_question(query.seed, each) for each in query.needed))
    return ExamReport(query=query, questions=tuple(each for each in asked if each is not None))
