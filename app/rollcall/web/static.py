"""Static files: compressed once, and addressed by their content so that browsers may keep them."""

import mimetypes
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from rollcall.web.cached_response import CachedResponse

IMMUTABLE = "public, max-age=31536000, immutable"


class StaticFiles:
    """Every file below one folder, read and compressed at start."""

    def __init__(self, folder: Path) -> None:
        self._bodies: dict[str, CachedResponse] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                self._bodies[name] = CachedResponse.of(path.read_bytes(), _media_type(path))

    def url(self, name: str) -> str:
        """The address of a file, which changes with its content."""
        return f"/static/{name}?v={self._bodies[name].digest[:12]}"

    @property
    def stylesheets(self) -> list[str]:
        """The style of all pages, then each topic's own: htmx brings pages, and no styles."""
        return [
            "app.css",
            *(name for name in self._bodies if name.endswith(".css") and "/" in name),
        ]

    def routes(self) -> APIRouter:
        """The route that serves them."""
        router = APIRouter()

        @router.get("/static/{name:path}", include_in_schema=False)
        async def static(request: Request, name: str) -> Response:
            if name not in self._bodies:
                raise HTTPException(404)
            body = self._bodies[name]
            lifetime = "no-cache"
            if request.query_params.get("v") == body.digest[:12]:
                lifetime = IMMUTABLE
            return body.response(request, cache_control=lifetime)

        return router


def _media_type(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "text/plain"
    if kind.startswith("text/"):
        return f"{kind}; charset=utf-8"
    return kind
