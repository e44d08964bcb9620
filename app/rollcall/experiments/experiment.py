"""What an experiment is: a query, a report, and the function from one to the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rollcall.core.catalog import Catalog
from rollcall.core.query import Query
from rollcall.core.report import Report


@dataclass(frozen=True)
class Recording:
    """One run that holds every frame."""

    whole: Callable[[Any], Query]  # the query whose report it is
    cut: Callable[[Any, Any], Report]  # from the whole report and the query of a frame, what that page reports


@dataclass(frozen=True)
class Play:
    """How an experiment is shown step by step."""

    frames: Callable[[Any], Sequence[Query]]  # in order; each is a page of its own, and shows the same
    per_second: Callable[[Any], float] = lambda _: 10.0
    recording: Recording | None = None  # without one, every frame is run by itself


@dataclass(frozen=True)
class Experiment:
    """One lecture topic: a tab of the toolbar, a page, a JSON twin."""

    name: str  # also the page's template and the first part of its path
    title: str  # on the tab
    summary: str  # one sentence, for the API's readers
    query: type[Query]
    report: type[Report]
    run: Callable[[Any, Catalog], Report]
    play: Play | None = None
