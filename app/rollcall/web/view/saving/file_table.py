"""The table of one column: which tensors are in the file, and which come back."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from rollcall.core.round_trip import RoundTrip, TensorTrip
from rollcall.experiments.saving.experiment import SavingReport
from rollcall.web.view.folded_rows import FoldedRows, folded_rows
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.table_cell import TableCell, not_asked
from rollcall.web.view.words import size

MISSING = TableCell("no", "○", "no")
SAVED = TableCell("yes", "●", "yes")
SAME = TableCell("yes", "●", "same values")
OTHER = TableCell("no", "○", "other values")
NOT_LOADED = not_asked("load_state_dict raised", "not loaded")


@dataclass(frozen=True)
class Row:
    """One tensor."""

    path: str
    buffer: str  # what sort of buffer it is, if it is one
    lost: bool  # it is unregistered
    shape: str
    in_file: TableCell
    back: TableCell


def file_table(report: SavingReport, side: Literal["left", "right"]) -> FoldedRows[Row]:
    """The rows of a side whose model was saved, in the order of the opposite side."""
    trip, opposite = report.left.trip, report.right.trip
    if side == "right":
        trip, opposite = opposite, trip
    assert trip
    rows = [_row(tensor) for tensor in in_order_of(trip.tensors, _tensors(opposite))]
    return folded_rows(rows, lambda row: row.path, _look, _is_wrong)


def _look(row: Row) -> Hashable:
    return row.buffer, row.lost, row.shape, row.in_file, row.back


def _is_wrong(row: Row) -> bool:
    return "no" in (row.in_file.kind, row.back.kind)


def _tensors(trip: RoundTrip | None) -> tuple[TensorTrip, ...]:
    if trip is None:
        return ()
    return trip.tensors


def _row(tensor: TensorTrip) -> Row:
    return Row(
        path=tensor.path,
        buffer=_buffer(tensor),
        lost=tensor.status == "unregistered",
        shape=size(tensor.shape),
        in_file=_in_file(tensor),
        back=_back(tensor),
    )


def _buffer(tensor: TensorTrip) -> str:
    if tensor.kind == "persistent buffer":
        return "buffer"
    if tensor.kind == "non-persistent buffer":
        return tensor.kind
    return ""


def _in_file(tensor: TensorTrip) -> TableCell:
    if not tensor.key:
        return MISSING
    if tensor.key == tensor.path:
        return SAVED
    return TableCell("yes", "●", f"as {tensor.key}")


def _back(tensor: TensorTrip) -> TableCell:
    if tensor.back is None:
        return NOT_LOADED
    if tensor.back:
        return SAME
    return OTHER
