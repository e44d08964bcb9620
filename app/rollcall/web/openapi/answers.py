"""Every answer that an address can give beside the one that was asked for."""

from typing import Any, Literal

PAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/html": {}},
        "description": "The page, or its fragment when HX-Request-Type is partial",
    }
}
ERROR = {"$ref": "#/components/schemas/ErrorAnswer"}
HTML: dict[str, Any] = {"text/html": {}}
JSON: dict[str, Any] = {"application/json": {"schema": ERROR}}
PLAIN: dict[str, Any] = {"text/plain": {}}
LOCATION = {"Location": {"required": True, "schema": {"type": "string"}}}
ETAG = {"ETag": {"required": True, "schema": {"type": "string"}}}
RETRY = {"Retry-After": {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}}

Told = Literal["page", "json"]  # how an address tells what went wrong
TOLD_AS: dict[Told, dict[str, Any]] = {"page": HTML, "json": JSON}

# What no address answers in words of its own.
ANY = {
    "304": {"description": "Those of `If-None-Match` are the present bytes", "headers": ETAG},
    "303": {"description": "What was asked for stands there", "headers": LOCATION},
    "307": {"description": "The page of the models that are meant", "headers": LOCATION},
    "308": {"description": "The parameters by their names of today", "headers": LOCATION},
    "400": {"description": "No HTTP, or meant for another host name", "content": PLAIN},
}
# These are told, by a page or as JSON.
TOLD = {
    "404": "Nothing of that name",
    "422": "A parameter that was not accepted, and what it accepts; "
    "or a lecture file that cannot be loaded, and why",
    "500": "A mistake in Roll Call",
    "502": "A model ended its process",
    "503": "Too many are asking; also told in one plain line where there are too many connections",
    "504": "The time limit was reached; a link leads to what takes less",
}


def components() -> dict[str, Any]:
    """All of them, by the names under which a route refers to them."""
    named: dict[str, Any] = {f"Answer{status}": answer for status, answer in ANY.items()}
    for status, description in TOLD.items():
        for told, content in TOLD_AS.items():
            answer: dict[str, Any] = {"description": description, "content": content}
            if status == "503":
                answer |= {"content": content | PLAIN, "headers": RETRY}
            named[_name(status, told)] = answer
    return named


def answer(status: str, told: Told) -> dict[str, str]:
    """A reference to one of them."""
    if status in ANY:
        return {"$ref": f"#/components/responses/Answer{status}"}
    return {"$ref": f"#/components/responses/{_name(status, told)}"}


def _name(status: str, told: Told) -> str:
    if told == "json":
        return f"Answer{status}Json"
    return f"Answer{status}Page"
