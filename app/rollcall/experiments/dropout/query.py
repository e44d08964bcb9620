"""What the dropout page is asked for: which models, which draw, and what they are called with."""

from collections.abc import Sequence
from typing import ClassVar, Literal, Self

from pydantic import Field

from rollcall.core.cost import most_of, refuse_past
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.query import ALSO_REFUSED
from rollcall.experiments.dropout.grid import Content
from rollcall.experiments.dropout.report import MOST_COLUMNS, MOST_ROWS

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
