"""What an experiment is: a query, a report, and the function from one to the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.lectures.catalog import Catalog

Show = Callable[
    [Callable[[], Any]], None
]  # told what gives the recording so far; calls it when it likes, in a thread


@dataclass(frozen=True)
class Recorder:
    """Makes one recording that holds every frame.

    A frame is cut out of it as soon as it reaches that far, and is the same when the rest is there.
    """

    whole: Callable[
        [Any], Query
    ]  # the query that is recorded; the same for every frame of one play
    record: Callable[[Any, Catalog, Show], Any]  # from that query
    reaches: Callable[[Any, Any], bool]  # whether the recording so far holds the frame of a query
    cut: Callable[
        [Any, Any], Report
    ]  # from a recording and the query of a frame, what that page reports


@dataclass(frozen=True)
class Play:
    """How an experiment is shown step by step."""

    frames: Callable[
        [Any], Sequence[Query]
    ]  # in order; each is a page of its own, and shows the same
    per_second: Callable[[Any], float] = lambda _: 10.0
    recorder: Recorder | None = None  # without one, every frame is run by itself


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

    @property
    def recorder(self) -> Recorder | None:
        """Where all frames come from one run."""
        return self.play.recorder if self.play else None
