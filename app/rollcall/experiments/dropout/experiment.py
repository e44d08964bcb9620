"""Dropout live: the mask that a dropout of each model drew, and what all draws up to it add up to."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, Literal, Self

from pydantic import Field

from rollcall.core.query import ModelName, PairQuery
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, Play
from rollcall.experiments.dropout.draws import NothingRandom
from rollcall.experiments.dropout.report import (
    MOST_COLUMNS,
    MOST_ROWS,
    DropoutSubject,
    described,
    nothing_random,
)
from rollcall.experiments.dropout.run_cache import Runs, Setting
from rollcall.experiments.subject import ModelFactory, examine_both
from rollcall.lectures.catalog import Catalog

MOST_DRAWS = 2000
MOST_FRAMES = 1200  # two minutes at ten a second
MOST_CALLS = 200

_runs = Runs()


class DropoutQuery(PairQuery):
    """Which two models, what they are called with, and which draw is shown."""

    path: ClassVar[str] = "/dropout"
    controls: ClassVar[tuple[str, ...]] = ("p", "rows", "columns", "input", "cell", "rate", "draw")

    left: ModelName = Field("dropout_layers.NaiveDropout", description="model in the left column")
    right: ModelName = Field("dropout_layers.TorchDropout", description="model in the right column")
    p: float = Field(
        0.5,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="probability of dropping, for a model whose constructor takes p; others keep their own",
    )
    rows: int = Field(
        5, ge=1, le=MOST_ROWS, description="height of the grid that a dropout layer is given"
    )
    columns: int = Field(
        10, ge=1, le=MOST_COLUMNS, description="width of the grid that a dropout layer is given"
    )
    input: Literal["ones", "random", "picture", "extreme", "own"] = Field(
        "ones",
        description="numbers of that grid; own: each model's own example input, which a net gets in any case",
    )
    draw: int = Field(
        1, ge=1, le=MOST_DRAWS, description="which draw is shown: how often the model was called"
    )
    call: int = Field(
        1,
        ge=1,
        le=MOST_CALLS,
        description="which dropout call of a forward is shown; past the last one: the last",
    )
    cell: str = Field(
        "1,1",
        pattern=r"^[1-9][0-9]?,[1-9][0-9]?$",
        description="row and column of the number that is followed; past the last ones: the last",
        examples=["3,4"],
    )
    rate: int = Field(4, ge=1, le=10, description="draws per second while it plays")

    def at(self, draw: int) -> Self:
        """The same experiment at another draw, which must be in bounds."""
        return self.model_copy(update={"draw": draw})

    def next_call(self, shown: int, places: int) -> Self:
        """The dropout call after `shown`, counted from 0; after the last of those that a query can name: the first."""
        return self.replace(call=(shown + 1) % min(places, MOST_CALLS) + 1)

    @property
    def last(self) -> int:
        """The draw at which a play ends."""
        return min(self.draw + MOST_FRAMES, MOST_DRAWS)

    @property
    def frames(self) -> Sequence[Self]:
        """From the draw that is shown."""
        return [self.at(draw) for draw in range(self.draw, self.last + 1)]

    def cell_in(self, rows: int, columns: int) -> tuple[int, int]:
        """The cell that is followed in a grid of that size, counted from 0."""
        row, column = (int(place) - 1 for place in self.cell.split(","))
        return max(0, min(row, rows - 1)), max(0, min(column, columns - 1))


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
        return left.input == right.input or repr(left.input) == repr(
            right.input
        )  # NaN is not equal to itself

    @cached_property
    def same_mask(self) -> bool:
        """Whether both dropped the same cells."""
        left, right = self.left.cells, self.right.cells
        if left is None or right is None or left.columns != right.columns:
            return False
        return [factor == 0 for factor in left.factor] == [factor == 0 for factor in right.factor]

    @property
    def reach(self) -> float:
        """The number of the darkest shade: one for both sides, for train and eval, and for all draws."""
        return max(self.left.largest, self.right.largest)


def dropout(query: DropoutQuery, catalog: Catalog) -> DropoutReport:
    """Call each model as often as `query.draw` says and look at what its dropout did.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    left, right = examine_both(
        query, catalog, DropoutSubject, lambda candidate: _draw_masks(candidate, query)
    )
    return DropoutReport(query=query, left=left, right=right)


DROPOUT = Experiment(
    name="dropout",
    title="Dropout",
    summary="The mask of one draw, cell by cell, and over all draws the fraction dropped and the mean.",
    query=DropoutQuery,
    report=DropoutReport,
    run=dropout,
    play=Play(frames=lambda query: query.frames, per_second=lambda query: float(query.rate)),
)


def _draw_masks(candidate: ModelFactory, query: DropoutQuery) -> DropoutSubject:
    setting = Setting(
        mode=query.mode,
        device=query.device,
        p=query.p,
        content=None if query.input == "own" else query.input,
        rows=query.rows,
        columns=query.columns,
        number=query.call - 1,
    )
    try:
        run = _runs.of(candidate, setting, query.draw)
        draw, tallies = run.at(query.draw)
    except NothingRandom as nothing:
        return nothing_random(candidate.card, nothing.modules, run)
    _runs.keep(run, setting)
    columns = query.columns if run.is_on_grid(draw) else MOST_COLUMNS
    return described(candidate.card, draw, tallies, run, columns)
