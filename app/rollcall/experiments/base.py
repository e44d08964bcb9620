"""What an experiment is: a query, a report, and the function from one to the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.core.wire import Wire
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Kind, ModelCard
from rollcall.lectures.declared_course import Value

Show = Callable[[Any], object]  # takes an increment


class Recorder(Protocol):
    """Makes a recording that grows while it is watched, and tells every frame of a play from it."""

    @property
    def wire(self) -> Wire[Any]:
        """How an increment comes from the process that makes it."""
        ...

    def record(self, query: Any, catalog: Catalog) -> Iterator[Any]:
        """Increments, in order.

        Raises:
            InvalidParameter: before the first increment, where the query names what does not exist.
        """
        ...

    def frame(self, increments: Sequence[Any], query: Any) -> Report | None:
        """The report of one frame, from the increments so far.

        Runs no model. None: they do not reach the frame yet. A frame stays as it is when more
        increments come.
        """
        ...


@dataclass(frozen=True)
class GoesOn:
    """How a recording goes on where a shorter one of the same has ended."""

    shorter: Callable[[Any], Sequence[Query]]  # what is recorded for those, the longest first
    checkpoint: Callable[[Sequence[Any]], str]  # where its increments end; empty: not known
    counted: Callable[[Sequence[Any]], Sequence[Any]]  # its increments, as the longer one has them
    record: Callable[[Any, Catalog, str], Iterator[Any]]  # the increments after a checkpoint


@dataclass(frozen=True)
class Play:
    """How an experiment is shown step by step."""

    recorder: Recorder
    recorded: Callable[[Any], Query]  # from the query of a frame, the one that is recorded for it
    frames: Callable[[Any], Sequence[Query]]  # in order; each is a page of its own
    per_second: Callable[[Any], float] = lambda _: 10.0
    # how many frames there are from that of a report on, where it tells that; None: what is asked
    # says so
    length: Callable[[Any], int | None] | None = None
    # shows the increments of one side, the other being left out, while the code of the user runs;
    # None: its recorder makes one after the other for both
    live: Callable[[Any, Catalog, Show], None] | None = None
    goes_on: GoesOn | None = None  # None: each recording begins at its beginning


@dataclass(frozen=True)
class Download:
    """A file of text."""

    name: str
    text: str


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
    # what a question of a lesson may be about, read off the report of one side
    measures: Mapping[str, Callable[[Any], Value]] = field(default_factory=dict)
    download: Callable[[Any], Download] | None = None  # the file that its report brings along
    shows_models: bool = True  # in its columns; else they only travel along
    subjects: Kind = "models"  # what left and right name
    has_tab: bool = True  # else only lessons lead to its page
    shows: Callable[[ModelCard], bool] = lambda _: True  # something of this model
    # whether a report has nothing to show, which no card says; None: every report has something
    empty: Callable[[Any], bool] | None = None
    needs: str = ""  # what it takes to have something to show

    @cached_property
    def wire(self) -> Wire[Report]:
        """How its report comes from the process that runs it."""
        return Wire(self.report)


def record_until(recorder: Recorder, query: Query, catalog: Catalog) -> Report:
    """The report of one frame, from a recording that goes no further than it takes.

    Raises:
        InvalidParameter: the query names what does not exist.
    """
    increments = []
    for increment in recorder.record(query, catalog):
        increments.append(increment)
        report = recorder.frame(increments, query)
        if report is not None:
            return report
    raise ValueError("the recording ended before the frame")
