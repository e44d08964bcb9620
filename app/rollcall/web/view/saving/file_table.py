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
NOT_NEEDED = TableCell("na", "○", "no")
MADE_ANEW = TableCell("na", "–", "made anew", title="by every forward, with the same numbers")
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
    tensors = in_order_of(_tensors(trip), _tensors(opposite))
    rows = [_row(tensor, remade=tensor in trip.remade) for tensor in tensors]
    return folded_rows(rows, lambda row: row.path, _look, _is_wrong)


def _look(row: Row) -> Hashable:
    return row.buffer, row.lost, row.shape, row.in_file, row.back


def _is_wrong(row: Row) -> bool:
    return "no" in (row.in_file.kind, row.back.kind)


def _tensors(trip: RoundTrip | None) -> tuple[TensorTrip, ...]:
    if trip is None:
        return ()
    return (*trip.tensors, *trip.remade)


def _row(tensor: TensorTrip, *, remade: bool) -> Row:
    in_file, back = _in_file(tensor), _back(tensor)
    if remade:
        in_file, back = NOT_NEEDED, MADE_ANEW
    return Row(
        path=tensor.path,
        buffer=_buffer(tensor),
        lost=tensor.status == "unregistered" and not remade,
        shape=size(tensor.shape),
        in_file=in_file,
        back=back,
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
    text = "yes"
    if tensor.key != tensor.path:
        text = f"as {tensor.key}"
    if tensor.also:
        keys = (tensor.key, *tensor.also)
        return TableCell("yes", "●", f"under {len(keys)} keys", title=", ".join(keys))
    return TableCell("yes", "●", text)


def _back(tensor: TensorTrip) -> TableCell:
    if tensor.back is None:
        return NOT_LOADED
    if tensor.back:
        return SAME
    return OTHER
