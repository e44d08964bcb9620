"""In which form a request wants its answer, and where that one stands."""

from typing import Literal

from starlette.requests import Request

from rollcall.core.query import Query

Form = Literal["page", "fragment", "json", "tab"]
AS_JSON = ("json", "tab")


def representation_of(request: Request) -> Form:
    """What the request wants, by its path's suffix; a fragment if htmx puts it into a page."""
    path = request.url.path
    if path.endswith(".json"):
        return "json"
    if path.endswith(".tab"):
        return "tab"
    if request.headers.get("HX-Request-Type") == "partial":
        return "fragment"
    return "page"


def address(request: Request, query: Query) -> str:
    """Where `query` is answered as `request` wants it."""
    if request.url.path.endswith(".stream"):
        return query.stream_url
    if request.url.path.endswith(".py"):
        return query.file_url
    if request.url.path.endswith(".tab"):
        return query.tab_url
    if representation_of(request) == "json":
        return query.json_url
    return query.url
