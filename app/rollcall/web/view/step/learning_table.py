"""After backward and after the optimizer's step: who has a gradient, and who moved."""

from dataclasses import dataclass

from rollcall.experiments.step.moment import Moment, TensorAfter
from rollcall.web.view.numerals import significant
from rollcall.web.view.table_cell import TableCell

NO_STEP = TableCell("na", "–", "", unseen="no step yet")


@dataclass(frozen=True)
class Row:
    """One tensor."""

    path: str
    lost: bool
    gradient: TableCell
    moved: TableCell


def learning_rows(moment: Moment) -> list[Row]:
    """A row for each trainable tensor."""
    return [_row(each) for each in moment.tensors]


def _row(tensor: TensorAfter) -> Row:
    gradient = TableCell("no", "○", "none")
    if tensor.gradient is not None:
        gradient = TableCell("yes", "●", significant(tensor.gradient))
    moved = NO_STEP
    if tensor.moved is not None:
        moved = TableCell("no", "○", "0")
        if tensor.moved:
            moved = TableCell("yes", "●", significant(tensor.moved))
    return Row(tensor.path, tensor.status == "unregistered", gradient, moved)
