"""Dropout live: the mask that a dropout of each model drew, and the sum of all draws so far."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar, Literal, Self

from pydantic import Field

from rollcall.core.cost import most_of, refuse_past
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.query import ALSO_REFUSED
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment, GoesOn, Play, record_until
from rollcall.experiments.dropout.grid import Content
from rollcall.experiments.dropout.longer import (
    FROM_SEED,
    Starts,
    checkpoint_of,
    counted,
    starts_of,
)
from rollcall.experiments.dropout.measures import MEASURES
from rollcall.experiments.dropout.recorder import RecordedDraw, record_draws, told_of
from rollcall.experiments.dropout.report import MOST_COLUMNS, MOST_ROWS, DropoutSubject
from rollcall.experiments.dropout.run import Setting
from rollcall.experiments.examine import model_factories
from rollcall.experiments.in_turns import Turns, both_told, ended, taking_turns, wire_of_turns
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

MOST_DRAWS = 2000
MOST_FRAMES = 1200  # two minutes at ten a second
MOST_CALLS = 200
COST_OF_A_DRAW = 3.0  # milliseconds of two models
COST_OF_A_NUMBER = 0.001
COST_OF_AN_INPUT = 0.00005  # of each number of a typed one
RECORDED = (1, 16, 64, 256, 1024, MOST_DRAWS)  # how many draws are recorded at once


class DropoutQuery(PairQuery):
    """Which two models, what they are called with, and which draw is shown."""

    path: ClassVar[str] = "/dropout"
    controls: ClassVar[tuple[str, ...]] = ("p", "rows", "columns", "input", "cell", "rate", "draw")

    left: LeftModel = "dropout_layers.NaiveDropout"
    right: RightModel = "dropout_layers.TorchDropout"
    p: float = Field(
        0.5,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="probability of dropping, for a model whose constructor takes p; "
        "others keep their own",
    )
    rows: int = Field(
        5, ge=1, le=MOST_ROWS, description="height of the grid that a dropout layer is given"
    )
    columns: int = Field(
        10, ge=1, le=MOST_COLUMNS, description="width of the grid that a dropout layer is given"
    )
    input: Literal["ones", "random", "picture", "extreme", "own"] = Field(
        "ones",
        description="numbers of that grid; own: each model's own example input, "
        "which a net gets in any case",
    )
    draw: int = Field(
        1,
        ge=1,
        le=MOST_DRAWS,
        description="which draw is shown: how often the model was called",
        json_schema_extra={ALSO_REFUSED: "a late one of a large grid, which would take too long"},
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

    @property
    def content(self) -> Content | None:
        """Of the grid; None: each model gets its own example input."""
        if self.input == "own":
            return None
        return self.input

    @property
    def cost(self) -> int:
        """Both models are called for each draw, and each number of the grid is looked at."""
        return int(self.draw * self._cost_of_a_draw)

    @property
    def _cost_of_a_draw(self) -> float:
        grid = self.rows * self.columns * COST_OF_A_NUMBER
        return COST_OF_A_DRAW + grid + self.input_numbers * COST_OF_AN_INPUT

    @property
    def less(self) -> dict[str, int]:
        """A draw of a shorter recording, and then a smaller grid."""
        shorter = [size for size in RECORDED if size < self.draw]
        if shorter:
            return {"draw": shorter[-1]}
        if self.rows > 1:
            return {"rows": self.rows // 2}
        return {}

    def at(self, draw: int) -> Self:
        """The same experiment at another draw, which must be in bounds."""
        return self.model_copy(update={"draw": draw})

    def next_call(self, shown: int, places: int) -> Self:
        """The dropout call after `shown`, counted from 0.

        After the last one that a query can name comes the first.
        """
        return self.replace(call=(shown + 1) % min(places, MOST_CALLS) + 1)

    @property
    def last(self) -> int:
        """The draw at which a play ends."""
        return max(self.draw, min(self.draw + MOST_FRAMES, self.most_draws))

    @property
    def most_draws(self) -> int:
        """How many draws of a grid of this size are made for one page."""
        return most_of(self._cost_of_a_draw, MOST_DRAWS)

    def check_cost(self) -> None:
        """Refuse what would take too long.

        Raises:
            InvalidParameter: the draw; it accepts the last one that does not.
        """
        numbers = f"{self.rows} x {self.columns} numbers"
        if self.input_numbers:
            numbers = f"an input of {self.input_numbers:,} numbers"
        refuse_past(self.most_draws, "draw", self.draw, numbers)

    @property
    def frames(self) -> Sequence[Self]:
        """From the draw that is shown."""
        return [self.at(draw) for draw in range(self.draw, self.last + 1)]

    @property
    def recorded(self) -> Self:
        """What is recorded for this draw, the same for all draws of one recording.

        So the first draw costs one call, and the next ones are there when they are asked for.
        """
        last = next(size for size in RECORDED if size >= self.draw)
        last = max(self.draw, min(last, self.most_draws))
        default = type(self).model_fields
        page_only = {name: default[name].default for name in ("cell", "rate")}
        return self.model_copy(update={"draw": last, **page_only})

    @property
    def shorter(self) -> list[Self]:
        """Recordings of the same draws that end sooner, the longest first."""
        return [self.at(size) for size in reversed(RECORDED) if size < self.draw]

    @property
    def first_recorded(self) -> int:
        """The first draw that the recording up to this one shows. Shorter ones show the others."""
        return max([0, *(size for size in RECORDED if size < self.draw)]) + 1

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
