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
    return tuple(
        Operation(
            path=path,
            summary=operation["summary"],
            parameters=tuple(
                _parameter(parameter) for parameter in operation.get("parameters", ())
            ),
            is_json="application/json" in operation["responses"]["200"].get("content", ()),
        )
        for path, methods in openapi["paths"].items()
        for operation in methods.values()
    )


def _parameter(parameter: dict[str, Any]) -> Parameter:
    schema = parameter["schema"]
    default = schema.get("default", "")
    return Parameter(
        name=parameter["name"],
        accepts=accepts(schema),
        default="" if isinstance(default, list | tuple) else str(default),
        description=parameter.get("description", schema.get("description", "")),
    )


def accepts(schema: dict[str, Any]) -> str:
    """What a JSON schema lets through, in words."""
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    match schema.get("type"):
        case "integer" | "number" as kind:
            noun = "a whole number" if kind == "integer" else "a number"
            return (
                f"{noun} from {schema['minimum']} to {schema['maximum']}"
                if "maximum" in schema
                else noun
            )
        case "array":
            return f"{accepts(schema['items'])}; may be repeated up to {schema['maxItems']} times"
        case "string":
            return (
                f"text such as {' or '.join(schema['examples'])}"
                if "examples" in schema
                else "text"
            )
    return "a value"
