"""What is said of an error."""

from dataclasses import dataclass, fields
from typing import Any

from rollcall.core.query import Query
from rollcall.lectures.contents import Problem
from rollcall.web.cheaper import Cheaper
from rollcall.web.errors import ErrorAnswer, Refusal


@dataclass(frozen=True)
class Told:
    """What is said of an error."""

    status: int
    title: str
    text: str = ""
    refusals: tuple[Refusal, ...] | None = None  # None where no parameter is to blame
    problems: tuple[Problem, ...] = ()
    nearest: Query | None = None
    cheaper: Cheaper | None = None
    retry: int = 0  # seconds after which it is worth while to ask again


def on_page(told: Told) -> dict[str, Any]:
    """The same for the template of an error."""
    shown = {each.name: getattr(told, each.name) for each in fields(told)}
    del shown["status"]
    return {**shown, "refusals": told.refusals or ()}


def as_json(told: Told) -> ErrorAnswer:
    """The same for a program."""
    cheaper = None
    if told.cheaper is not None:
        cheaper = told.cheaper.query
    return ErrorAnswer(
        status=told.status,
        title=told.title,
        detail=told.text,
        parameters=told.refusals,
        problems=told.problems or None,
        nearest=_json_url(told.nearest),
        cheaper=_json_url(cheaper),
    )


def _json_url(query: Query | None) -> str | None:
    if query is None:
        return None
    return query.json_url
