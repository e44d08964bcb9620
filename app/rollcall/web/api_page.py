"""The OpenAPI description as something a page can lay out."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """One query parameter."""

    name: str
    accepts: str
    default: str
    description: str


@dataclass(frozen=True)
class Operation:
    """One address that answers GET."""

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    is_json: bool


def describe(openapi: dict[str, Any]) -> tuple[Operation, ...]:
    """The operations of an OpenAPI document that a link can lead to, in its order."""
    operations = [(path, methods["get"]) for path, methods in openapi["paths"].items()]
    return tuple(_operation(*each) for each in operations if _can_be_read(*each))


def _can_be_read(path: str, operation: dict[str, Any]) -> bool:
    return "{" not in path and "200" in operation["responses"]


def _operation(path: str, operation: dict[str, Any]) -> Operation:
    parameters = operation.get("parameters", ())
    content = operation["responses"]["200"].get("content", ())
    return Operation(
        path=path,
        summary=operation["summary"],
        parameters=tuple(_parameter(each) for each in parameters if each["in"] == "query"),
        is_json="application/json" in content,
    )


def _parameter(parameter: dict[str, Any]) -> Parameter:
    schema = parameter["schema"]
    default = schema.get("default", "")
    if isinstance(default, list | tuple):  # may be repeated, and need not be given
        default = ""
    return Parameter(
        name=parameter["name"],
        accepts=accepts(schema),
        default=str(default),
        description=parameter.get("description", schema.get("description", "")),
    )


def accepts(schema: dict[str, Any]) -> str:
    """What a JSON schema lets through, in words."""
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    match schema.get("type"):
        case "integer":
            return f"a whole number{_bounds(schema)}"
        case "number":
            return f"a number{_bounds(schema)}"
        case "array":
            return f"{accepts(schema['items'])}; may be repeated up to {schema['maxItems']} times"
        case "string" if "examples" in schema:
            return f"text such as {' or '.join(schema['examples'])}"
        case "string":
            return "text"
    return "a value"


def _bounds(schema: dict[str, Any]) -> str:
    if "maximum" not in schema:
        return ""
    return f" from {schema['minimum']} to {schema['maximum']}"
