"""The table of one column: the gradient of each tensor, and how far training moved it."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from rollcall.experiments.training.report import TensorTraining, TrainingSubject
from rollcall.web.view.folded_rows import FoldedRows, folded_rows
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.numerals import significant
from rollcall.web.view.polyline import sparkline
from rollcall.web.view.table_cell import TableCell

NO_GRADIENT = TableCell("no", "○", "none")
NO_STEP = TableCell("na", "–", "", unseen="no step yet")
NEW = TableCell("no", "○", "new at each call")
STAYED = TableCell("no", "○", "0")


@dataclass(frozen=True)
class Norms:
    """The norms of a gradient, step by step."""

    points: str  # of a line; "" where one norm is none
    first: str
    last: str  # "" where there is but one
    grows: bool


@dataclass(frozen=True)
class Row:
    """One tensor."""

    tensor: TensorTraining
    lost: bool  # it is unregistered
    norms: Norms | None
    no_norms: TableCell  # what stands in their place
    moved: TableCell


def tensor_table(subject: TrainingSubject, opposite: TrainingSubject) -> FoldedRows[Row]:
    """The rows of a subject, in the order of the opposite side."""
    tensors = [*subject.tensors, *subject.stale]
    rows = [_row(each) for each in in_order_of(tensors, [*opposite.tensors, *opposite.stale])]
    return folded_rows(rows, _path, _look, _stands_out)


def _path(row: Row) -> str:
    return row.tensor.path


def _look(row: Row) -> Hashable:
    return row.tensor.in_optimizer, row.lost, row.norms, row.no_norms, row.moved


def _stands_out(row: Row) -> bool:
    return not row.tensor.in_optimizer or row.moved.kind == "no"


def _row(tensor: TensorTraining) -> Row:
    no_norms = NO_STEP
    if tensor.gradients:
        no_norms = NO_GRADIENT
    return Row(
        tensor=tensor,
        lost=tensor.status == "unregistered",
        norms=_norms(tensor),
        no_norms=no_norms,
        moved=_moved(tensor),
    )


def _norms(tensor: TensorTraining) -> Norms | None:
    known = _known(tensor.gradients)
    if not known:
        return None
    last = ""
    if len(known) > 1:
        last = significant(known[-1])
    return Norms(sparkline(known), significant(known[0]), last, tensor.grows)


def _known(gradients: Iterable[float | None]) -> list[float]:
    return [norm for norm in gradients if norm is not None]


def _moved(tensor: TensorTraining) -> TableCell:
    if not tensor.moved:
        return NO_STEP
    if tensor.replaced_by_forward is not None:
        return NEW
    if tensor.lost:
        return TableCell("no", "✕", significant(tensor.moved[-1]))
    if tensor.changed:
        return TableCell("yes", "●", significant(tensor.moved[-1]))
    return STAYED
