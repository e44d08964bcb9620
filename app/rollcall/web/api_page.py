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
    """The operations of an OpenAPI document, in its order."""
    operations = []
    for path, methods in openapi["paths"].items():
        operations += [_operation(path, operation) for operation in methods.values()]
    return tuple(operations)


def _operation(path: str, operation: dict[str, Any]) -> Operation:
    return Operation(
        path=path,
        summary=operation["summary"],
        parameters=tuple(map(_parameter, operation.get("parameters", ()))),
        is_json="application/json" in operation["responses"]["200"].get("content", ()),
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
