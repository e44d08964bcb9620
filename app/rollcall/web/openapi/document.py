"""What the application's routes say of themselves, made whole: every answer of every address."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from rollcall.experiments import EXPERIMENTS
from rollcall.web.openapi.answers import ETAG, Told, answer, components

ABOUT = """\
GET only; HEAD answers the same without the body. The same address gives the same bytes for as long
as the served files stay as they are.

- A parameter that an address does not know is refused. One that is given twice counts as it was
  given last, unless it is an array.
- What `x-also-refused` says of a parameter is refused too: no schema knows the models.
- In a report a number that is not finite is the string "NaN", "Infinity" or "-Infinity". An integer
  has all its digits, also where it is larger than what JavaScript counts exactly (2^53).
- An address that ends in `.json` or `.tab` tells an error as JSON, any other one as a page.
- Patterns are those of Python: `\\w` means the letters of every alphabet.
"""
FRAGMENT = {
    "name": "HX-Request-Type",
    "in": "header",
    "required": False,
    "description": "partial: the fragment of the page that htmx puts in its place",
    "schema": {"type": "string", "examples": ["partial"]},
}
EXPERIMENT = ("307", "308", "422")
LAB = ("502", "503", "504")
ANYWHERE = ("400", "500")
NO_LAB = ("/healthz", "/static/{name}")
OF_FASTAPI = ("HTTPValidationError", "ValidationError")  # which never answers


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, for any models."""
    whole = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=ABOUT,
        routes=app.routes,
    )
    for path, methods in whole["paths"].items():
        _complete(path, methods["get"])
    schemas = whole["components"]["schemas"]
    for name in OF_FASTAPI:
        schemas.pop(name, None)
    whole["components"]["responses"] = components()
    return whole


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Add what an address can answer beside what its route says."""
    responses = operation["responses"]
    kinds = responses.get("200", {}).get("content", {})
    responses.pop("422", None)
    told: Told = "page"
    if path.endswith((".json", ".tab")):
        told = "json"
    for status in _statuses(path, responses):
        responses[status] = answer(status, told)
    if "304" in responses:
        responses["200"]["headers"] = ETAG
    if "text/html" in kinds:
        operation.setdefault("parameters", []).append(FRAGMENT)
    operation["responses"] = dict(sorted(responses.items()))


def _statuses(path: str, said: dict[str, Any]) -> list[str]:
    statuses = [*ANYWHERE]
    if path not in NO_LAB:
        statuses += LAB
    if _is_of_an_experiment(path):
        statuses += EXPERIMENT
    if path.startswith("/exam"):
        statuses.append("422")
    if "{" in path:
        statuses.append("404")
    if "303" in said:
        statuses.append("303")
    elif path != "/healthz" and not path.endswith((".stream", ".py")) and path != "/saves":
        statuses.append("304")
    return statuses


def _is_of_an_experiment(path: str) -> bool:
    return any(path.split(".")[0] == each.query.path for each in EXPERIMENTS.values())
