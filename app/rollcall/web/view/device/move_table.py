"""The table of one column: where each tensor was, where it is, and in which Python object."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.device.experiment import DeviceReport
from rollcall.experiments.device.report import DeviceAndType, Move, MoveCall, TensorMove
from rollcall.web.view.device.losses import losses
from rollcall.web.view.folded_rows import FoldedRows, folded_rows
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.table_cell import TableCell, not_asked

MOVED = TableCell("yes", "●", "moved")
LEFT = TableCell("no", "○", "left behind")
COMPUTED = TableCell(
    "na", "–", "computed", title="left behind, and made anew in the right place by forward"
)
THERE = TableCell("na", "–", "was there")
INTEGER = TableCell("na", "–", "integer", title="a move to a float type leaves integers alone")
COMPLEX = TableCell("na", "–", "complex", title="float64 is no type for complex numbers")
OUTCOMES = {
    "moved": MOVED,
    "left_behind": LEFT,
    "replaced_by_forward": COMPUTED,
    "there": THERE,
    "exempt": INTEGER,
}

KEPT = TableCell("", "", "kept", title="an optimizer that holds it goes on working")
REPLACED = TableCell("", "", "replaced", title="a new Python object under the same name")
NOT_MOVED = not_asked("it did not move", "it did not move")
NOT_SIMULATED = not_asked(
    "not simulated: FakeTensorMode replaces every Parameter, which a real device does not",
    "not simulated",
)


@dataclass(frozen=True)
class Place:
    """Where a tensor is and of which type, as far as the move was about it."""

    lines: tuple[str, ...]
    title: str  # all of it


@dataclass(frozen=True)
class Row:
    """One tensor."""

    tensor: TensorMove
    lost: bool  # it is unregistered
    is_buffer: bool
    before: Place
    after: Place
    outcome: TableCell
    same_object: TableCell


@dataclass(frozen=True)
class MoveTable:
    """All tensors of a model, and what the column of outcomes is called."""

    outcome_head: str
    tensors: FoldedRows[Row]


def move_table(report: DeviceReport, side: Literal["left", "right"]) -> MoveTable:
    """The table of a side whose model was moved, in the order of the opposite side."""
    subject, opposite = report.left, report.right
    if side == "right":
        subject, opposite = opposite, subject
    move, by = subject.move, subject.moved_by
    assert move
    assert by
    ordered = in_order_of(move.tensors, _tensors(opposite.move))
    head = by.text
    if "," in head:  # too long for a column
        head = "moved?"
    rows = [_row(tensor, by) for tensor in ordered]
    return MoveTable(head, folded_rows(rows, _path, _look, _left_behind))


def _path(row: Row) -> str:
    return row.tensor.path


def _look(row: Row) -> Hashable:
    return row.lost, row.is_buffer, row.before, row.after, row.outcome, row.same_object


def _left_behind(row: Row) -> bool:
    return row.outcome.kind == "no"


def _tensors(move: Move | None) -> tuple[TensorMove, ...]:
    if move is None:
        return ()
    return move.tensors


def _row(tensor: TensorMove, by: MoveCall) -> Row:
    return Row(
        tensor=tensor,
        lost=tensor.status == "unregistered",
        is_buffer="buffer" in tensor.kind,
        before=_place(tensor.before, by),
        after=_place(tensor.after, by),
        outcome=_outcome(tensor),
        same_object=_same_object(tensor),
    )


def _place(where: DeviceAndType, by: MoveCall) -> Place:
    """The device, the type, or both."""
    lines: tuple[str, ...] = (where.dtype, where.device)
    if by.dtype == "none":
        lines = (where.device,)
    elif by.device == "cpu":
        lines = (where.dtype,)
    return Place(lines, f"{where.dtype} on {where.device}")


def _outcome(tensor: TensorMove) -> TableCell:
    if tensor.lost and tensor.lost.total:
        told = tuple(losses(tensor.lost))
        return TableCell("no", "◐", "moved", title="the new type has no such numbers", below=told)
    if tensor.split_from and tensor.outcome == "left_behind":
        return TableCell("no", "○", "left behind", below=(f"was {tensor.split_from}",))
    if tensor.outcome == "exempt" and tensor.before.dtype.startswith("complex"):
        return COMPLEX
    return OUTCOMES[tensor.outcome]


def _same_object(tensor: TensorMove) -> TableCell:
    """Whether an optimizer that holds it holds it still."""
    if tensor.outcome != "moved":
        return NOT_MOVED
    if tensor.same_object is None:
        return NOT_SIMULATED
    if tensor.same_object:
        return KEPT
    return REPLACED
