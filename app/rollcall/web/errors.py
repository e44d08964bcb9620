"""Why a request is refused, and what an error answers as JSON."""

import difflib
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict

from rollcall.core.query import InvalidParameter, Query
from rollcall.lectures.contents import Problem
from rollcall.web.api_page import accepts

MOST_CHOICES = 12  # that are shown at once: what helps stands below them
MOST_REFUSALS = 20  # on one page; an address has room for thousands


class Refusal(BaseModel):
    """One parameter that was not accepted."""

    model_config = ConfigDict(frozen=True)

    parameter: str
    value: str
    problem: str
    accepts: str
    choices: tuple[str, ...] = ()

    @property
    def folds(self) -> bool:
        """There are so many choices that they are shown when somebody asks."""
        return len(self.choices) > MOST_CHOICES


class ErrorAnswer(BaseModel):
    """Any error of a `.json` address; what does not concern it is null."""

    status: int
    title: str
    detail: str
    parameters: tuple[Refusal, ...] | None = None
    # Files that cannot be loaded and that this answer is missing.
    problems: tuple[Problem, ...] | None = None
    nearest: str | None = None  # address of the nearest valid experiment
    cheaper: str | None = None  # address of what takes less, where the time limit was reached


def all_malformed(query: type[Query], errors: Iterable[Any]) -> list[Refusal]:
    """The first parameters that are not accepted; `errors` are pydantic's records."""
    return [malformed(query, each) for each in islice(errors, MOST_REFUSALS)]


def malformed(query: type[Query], error: dict[str, Any]) -> Refusal:
    """A parameter that is out of bounds, no such value or unknown; `error` is pydantic's record."""
    parameter = ""
    if len(error["loc"]) > 1:
        parameter = str(error["loc"][1])
    fields = _fields(query)
    if error["type"] == "extra_forbidden":
        return Refusal(
            parameter=parameter,
            value=str(error["input"]),
            problem=_no_parameter(parameter, fields),
            accepts="one of these parameters",
            choices=tuple(fields),
        )
    message = error["msg"]
    if error["type"] == "string_pattern_mismatch":  # nobody reads a regular expression
        message = "is not written as it should be"
    return Refusal(
        parameter=parameter,
        value=str(error["input"]),
        problem=message[0].lower() + message[1:],
        accepts=accepts(fields[parameter]),
    )


@cache
def _fields(query: type[Query]) -> dict[str, Any]:
    """The schema of each parameter, made once: that takes as long as all else of a refusal."""
    fields: dict[str, Any] = query.model_json_schema()["properties"]
    return fields


def _no_parameter(name: str, fields: dict[str, Any]) -> str:
    close = difflib.get_close_matches(name, fields, n=1)
    if close:
        return f"is no parameter of this page; did you mean {close[0]}?"
    return "is no parameter of this page"


def missing(error: InvalidParameter) -> Refusal:
    """A parameter that names nothing here."""
    return Refusal(
        parameter=error.parameter,
        value=error.value,
        problem=error.problem,
        accepts="one of these",
        choices=error.accepts,
    )
