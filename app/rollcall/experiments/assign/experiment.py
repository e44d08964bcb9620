"""What `self.x = ...` does: two assignments side by side, and all of them as one grid."""

from typing import ClassVar, Self, get_args

from pydantic import Field

from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Report
from rollcall.experiments.assign.assignments import (
    VALUES,
    Landing,
    Slot,
    Value,
    When,
    assign,
    written,
)
from rollcall.experiments.base import Experiment
from rollcall.experiments.examine import cards_of
from rollcall.lectures.catalog import Catalog


class AssignQuery(PairQuery):
    """Which two right-hand sides; the models are kept for the other pages."""

    path: ClassVar[str] = "/assign"
    controls: ClassVar[tuple[str, ...]] = ("value_left", "value_right")
    value_left: Value = Field(
        "parameter_times", description="right-hand side of the assignment in the left column"
    )
    value_right: Value = Field(
        "parameter", description="right-hand side of the assignment in the right column"
    )
    slot: Slot = Field("nothing", description="what x is before the assignment")
    when: When = Field(
        "after", description="whether x is assigned before or after super().__init__()"
    )

    @property
    def swapped(self) -> Self:
        """The same two assignments with left and right exchanged."""
        return self.replace(value_left=self.value_right, value_right=self.value_left)


class Assignment(Report):
    """One column."""

    value: Value
    text: str  # the right-hand side as Python
    code: str  # the class that was run
    landing: Landing


class GridRow(Report):
    """One right-hand side, assigned to each of the slots."""

    value: Value
    text: str
    landings: tuple[Landing, ...]  # in the order of the grid's slots


class AssignReport(Report):
    """Two assignments, and all others."""

    query: AssignQuery
    left: Assignment
    right: Assignment
    slots: tuple[Slot, ...]
    grid: tuple[GridRow, ...]


def assignments(query: AssignQuery, catalog: Catalog) -> AssignReport:
    """Make every assignment on a module of its own.

    Raises:
        InvalidParameter: a model or device does not exist here, though only other pages use it.
    """
    cards_of(query, catalog)
    slots: tuple[Slot, ...] = get_args(Slot)
    grid = []
    for value, text in VALUES.items():
        landings = tuple(assign(value, slot, query.when, query.seed) for slot in slots)
        grid.append(GridRow(value=value, text=text, landings=landings))
    return AssignReport(
        query=query,
        left=_column(query, query.value_left),
        right=_column(query, query.value_right),
        slots=slots,
        grid=tuple(grid),
    )


ASSIGN = Experiment(
    name="assign",
    title="Assign",
    summary="What self.x = ... does: where every right-hand side lands, or what PyTorch raises.",
    query=AssignQuery,
    report=AssignReport,
    run=assignments,
    shows_models=False,
)


def _column(query: AssignQuery, value: Value) -> Assignment:
    return Assignment(
        value=value,
        text=VALUES[value],
        code=written(value, query.slot, query.when),
        landing=assign(value, query.slot, query.when, query.seed),
    )
