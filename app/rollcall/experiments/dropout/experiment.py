"""Dropout live: the mask that a dropout of each model drew, and the sum of all draws so far."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, GoesOn, Play, record_until
from rollcall.experiments.dropout.longer import (
    FROM_SEED,
    Starts,
    checkpoint_of,
    counted,
    starts_of,
)
from rollcall.experiments.dropout.measures import MEASURES
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.dropout.recorder import RecordedDraw, record_draws, told_of
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.experiments.dropout.run import Setting
from rollcall.experiments.examine import model_factories
from rollcall.experiments.in_turns import Turns, both_told, ended, taking_turns, wire_of_turns
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog


class DropoutReport(Report):
    """Two models, each with its own mask of the same draw."""

    query: DropoutQuery
    left: DropoutSubject
    right: DropoutSubject

    @cached_property
    def same_input(self) -> bool:
        """Whether both got the same numbers, in rows of the same length."""
        left, right = self.left.cells, self.right.cells
        if left is None or right is None or left.columns != right.columns:
            return False
        # NaN is not equal to itself, but it reads the same.
        return left.input == right.input or repr(left.input) == repr(right.input)

    @cached_property
    def same_mask(self) -> bool:
        """Whether both dropped the same cells."""
        left, right = self.left.cells, self.right.cells
        if left is None or right is None or left.columns != right.columns:
            return False
        return [factor == 0 for factor in left.factor] == [factor == 0 for factor in right.factor]

    @property
    def max_abs(self) -> float:
        """The number of the darkest shade: one for both sides, both modes and all draws."""
        return max(self.left.max_abs, self.right.max_abs)


class DropoutRecorder:
    """Calls both models in turn: an increment is one draw of each."""

    wire = wire_of_turns(RecordedDraw)

    def record(
        self, query: DropoutQuery, catalog: Catalog, starts: Starts = FROM_SEED
    ) -> Iterator[Turns[RecordedDraw]]:
        """The draws of both up to that of the query, after those of a shorter recording.

        Raises:
            InvalidParameter: a model or device that does not exist here.
        """
        factories = model_factories(query, catalog)
        at = dict(zip(map(id, factories), starts, strict=True))

        def record(factory: ModelFactory) -> Iterator[RecordedDraw]:
            setting = Setting(
                mode=query.mode,
                device=factory.device,
                p=query.p,
                content=query.content,
                rows=query.rows,
                columns=query.columns,
                number=query.call - 1,
            )
            start = at[id(factory)]
            return record_draws(factory, setting, query.first_recorded, query.draw, start)

        yield from taking_turns(factories, record)

    def frame(
        self, increments: Sequence[Turns[RecordedDraw]], query: DropoutQuery
    ) -> DropoutReport | None:
        """Both at the draw of the query."""
        if not increments:
            return None
        if len(increments) < query.draw and not ended(increments[-1]):
            return None
        left, right = both_told(increments[: query.draw], DropoutSubject, told_of)
        return DropoutReport(query=query, left=left, right=right)


RECORDER = DropoutRecorder()


def dropout(query: DropoutQuery, catalog: Catalog) -> DropoutReport:
    """Call each model as often as `query.draw` says and look at what its dropout did.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    report = record_until(RECORDER, query, catalog)
    assert isinstance(report, DropoutReport)
    return report


DROPOUT = Experiment(
    name="dropout",
    title="Dropout",
    summary="The mask of one draw, cell by cell, and over all draws the fraction dropped "
    "and the mean.",
    query=DropoutQuery,
    report=DropoutReport,
    run=dropout,
    measures=MEASURES,
    play=Play(
        recorder=RECORDER,
        recorded=lambda query: query.recorded,
        frames=lambda query: query.frames,
        per_second=lambda query: float(query.rate),
        goes_on=GoesOn(
            shorter=lambda query: query.shorter,
            checkpoint=checkpoint_of,
            counted=counted,
            record=lambda query, catalog, start: RECORDER.record(query, catalog, starts_of(start)),
        ),
    ),
    empty=lambda report: not (report.left.draws or report.right.draws),
    needs="a forward that draws random numbers",
)
