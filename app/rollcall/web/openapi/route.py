"""The address of the document."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from rollcall.lab.choices import Choices
from rollcall.web.cached_response import CachedResponse
from rollcall.web.openapi.served import served
from rollcall.web.pages import JSON, Responder


def openapi_route(responder: Responder, described: Callable[[], dict[str, Any]]) -> APIRouter:
    """The route of the document, which names what is served now."""
    router = APIRouter()
    made: dict[str, CachedResponse] = {}  # that of the present version alone

    def make(choices: Choices) -> CachedResponse:
        return CachedResponse.of(json.dumps(served(described(), choices)).encode(), JSON)

    @router.get(
        "/openapi.json",
        summary="This description, for programs: OpenAPI, with the models that are served",
        responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
        response_class=Response,
    )
    async def openapi(request: Request) -> Response:
        version = responder.lab.version
        if version not in made:
            choices = await responder.lab.choices()
            answer = await asyncio.to_thread(make, choices)
            made.clear()
            made[version] = answer
        return made[version].response(request)

    return router
