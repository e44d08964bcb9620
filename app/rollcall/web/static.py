"""Static files: compressed once, and addressed by their content so that browsers may keep them."""

import mimetypes
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from rollcall.web.cached_response import CachedResponse
from rollcall.web.static_urls import StaticUrls

IMMUTABLE = "public, max-age=31536000, immutable"
Digest = Annotated[str, Query(description="the first digits of its digest: then it may be kept")]


class StaticFiles:
    """Every file below one folder, read and compressed at start."""

    def __init__(self, folder: Path) -> None:
        self._bodies: dict[str, CachedResponse] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                self._bodies[name] = CachedResponse.of(path.read_bytes(), _media_type(path))

    @property
    def urls(self) -> StaticUrls:
        """Their addresses."""
        return StaticUrls(tuple((name, body.digest) for name, body in self._bodies.items()))

    @property
    def _media_types(self) -> list[str]:
        return sorted({body.media_type for body in self._bodies.values()})

    def routes(self) -> APIRouter:
        """The route that serves them."""
        router = APIRouter()

        @router.get(
            "/static/{name:path}",
            summary="A style, a script or a picture of the pages",
            responses={200: {"content": {kind: {} for kind in self._media_types}}},
            response_class=Response,
        )
        async def static(request: Request, name: str, v: Digest = "") -> Response:
            if name not in self._bodies:
                raise HTTPException(404)
            body = self._bodies[name]
            lifetime = "no-cache"
            if v == body.digest[:12]:
                lifetime = IMMUTABLE
            return body.response(request, cache_control=lifetime)

        return router


def _media_type(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "text/plain"
    if kind.startswith("text/"):
        return f"{kind}; charset=utf-8"
    return kind
