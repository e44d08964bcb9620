"""What `/openapi.json` says of an answer."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema
from httpx2 import Response

from rollcall.main import create_app


@cache
def of_any_models() -> dict[str, Any]:
    """The document, without the names of what is served."""
    return create_app().openapi()


def resolved(described: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    if "$ref" not in part:
        return part
    for name in part["$ref"].removeprefix("#/").split("/"):
        described = described[name]
    return described


def assert_described(answer: Response, described: dict[str, Any] | None = None) -> None:
    """The status, the type and the headers of an answer are named there, and its JSON is valid."""
    described = described or of_any_models()
    path = urlsplit(str(answer.url)).path
    responses = described["paths"][path]["get"]["responses"]
    assert str(answer.status_code) in responses, answer.url
    named = resolved(described, responses[str(answer.status_code)])
    for header in named.get("headers", {}):
        assert header in answer.headers, answer.url
    if "content" not in named:
        assert answer.content == b"", answer.url
        return
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert kind in named["content"], answer.url
    schema = named["content"][kind].get("schema")
    if schema is not None:
        jsonschema.validate(answer.json(), {**schema, "components": described["components"]})
