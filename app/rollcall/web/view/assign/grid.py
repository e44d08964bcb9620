"""Every assignment to every slot, and which of them the two columns show."""

from dataclasses import dataclass

from rollcall.experiments.assign.assignments import Landing, Value
from rollcall.experiments.assign.experiment import AssignQuery, AssignReport, GridRow
from rollcall.web.view.assign.landing import SLOTS, Kind, kind


@dataclass(frozen=True)
class Cell:
    """One assignment."""

    kind: Kind
    chosen: bool
    title: str  # PyTorch's own words, where it raised
    mark: str
    text: str
    unseen: str  # for whoever hears the page


@dataclass(frozen=True)
class Row:
    """One value, assigned to each slot."""

    value: Value
    text: str
    side: str  # "left", "right" or "both"; "" where it stands in neither column
    cells: list[Cell]


@dataclass(frozen=True)
class Head:
    """What one slot is called."""

    text: str
    chosen: bool


@dataclass(frozen=True)
class Grid:
    """All of them."""

    heads: list[Head]
    rows: list[Row]


def grid(report: AssignReport) -> Grid:
    """A column for each slot and a row for each value."""
    chosen = report.query.slot
    heads = [Head(SLOTS[slot], slot == chosen) for slot in report.slots]
    return Grid(heads, [_row(row, heads, report.query) for row in report.grid])


def _row(row: GridRow, heads: list[Head], query: AssignQuery) -> Row:
    side = _side(row.value, query)
    cells = []
    for head, landing in zip(heads, row.landings, strict=True):
        cells.append(_cell(landing, head.chosen and side != ""))
    return Row(row.value, row.text, side, cells)


def _side(value: Value, query: AssignQuery) -> str:
    if value == query.value_left == query.value_right:
        return "both"
    if value == query.value_left:
        return "left"
    if value == query.value_right:
        return "right"
    return ""


def _cell(landing: Landing, chosen: bool) -> Cell:
    found = kind(landing)
    if landing.raised:
        error = landing.raised
        if landing.by_slot:
            why = f"x cannot be that yet: {error.type}"
            return Cell(found, chosen, error.message, "–", "", why)
        return Cell(found, chosen, error.message, "✕", error.type, "")
    assert landing.place
    if found == "lost":
        return Cell(found, chosen, "", "○", landing.place, ", unregistered state")
    if found == "plain":
        return Cell(found, chosen, "", "", "attribute", "")
    return Cell(found, chosen, "", "●", landing.place, "")
