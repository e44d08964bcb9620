"""The table of one column: what the loop did to each tensor."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Literal

from rollcall.experiments.loops.report import LoopSubject, TensorInLoop
from rollcall.web.view.folded_rows import FoldedRows, folded_rows
from rollcall.web.view.numerals import in_powers, printed
from rollcall.web.view.table_cell import TableCell, not_asked

BUFFER = not_asked("a buffer, which no optimizer steps", "not asked")
ROUNDING = 1e-6
NO_STEP = TableCell("na", "–", "", unseen="no step yet")


@dataclass(frozen=True)
class FactRow:
    """One tensor."""

    path: str
    lost: bool  # something of it is not as it should be
    cells: tuple[TableCell, ...]
    room: int = 0  # lines that the row of the opposite loop has more


def facts_table(subject: LoopSubject, opposite: LoopSubject) -> FoldedRows[FactRow]:
    """The rows of a loop, each as high as the row of the same tensor of the opposite loop."""
    beside = {row.path: _lines(row) for row in _rows(opposite)}
    rows = [
        replace(row, room=max(beside.get(row.path, 0) - _lines(row), 0)) for row in _rows(subject)
    ]
    return folded_rows(rows, _path, _look, _stands_out)


def _rows(subject: LoopSubject) -> list[FactRow]:
    found = {path for finding in subject.findings for path in finding.paths}
    return [_row(tensor, tensor.path in found) for tensor in subject.tensors]


def _lines(row: FactRow) -> int:
    """What stands below its numbers."""
    return max(len(cell.below) for cell in row.cells)


def _path(row: FactRow) -> str:
    return row.path


def _look(row: FactRow) -> Hashable:
    return row.lost, row.cells


def _stands_out(row: FactRow) -> bool:
    return row.lost


def _row(tensor: TensorInLoop, lost: bool) -> FactRow:
    cells = (
        _optimizer(tensor, lost),
        _gradient(tensor, lost),
        _moved(tensor, lost),
        _mode(tensor),
    )
    return FactRow(tensor.path, lost, cells)


def _optimizer(tensor: TensorInLoop, lost: bool) -> TableCell:
    if tensor.is_buffer:
        return BUFFER
    if not tensor.in_optimizer:
        return TableCell(_missing(lost), "✕", "", unseen="not in it")
    if tensor.decay:
        return TableCell("yes", "●", f" {printed(tensor.decay)}")
    return TableCell("yes", "●", "", unseen="in it")


def _gradient(tensor: TensorInLoop, lost: bool) -> TableCell:
    if tensor.is_buffer:
        return BUFFER
    if not tensor.gradients:
        return NO_STEP
    known = [norm for norm in tensor.gradients if norm is not None]
    if not known:
        return TableCell(_missing(lost), "○", "none")
    if len(known) == 1:
        return TableCell("", "", _short(known[0]))
    norms = f"{_short(known[0])}→{_short(known[-1])}"
    if tensor.uncleared:
        return TableCell("no", "✕", norms, below=(f"{len(tensor.uncleared)}× uncleared",))
    return TableCell("", "", norms)


def _missing(lost: bool) -> Literal["no", ""]:
    """An average, or what is frozen, is in no optimizer and gets no gradient, as it should."""
    if lost:
        return "no"
    return ""


def _moved(tensor: TensorInLoop, lost: bool) -> TableCell:
    if len(tensor.moved) < 2:
        return NO_STEP
    below: tuple[str, ...] = ()
    if tensor.frozen_from is not None:
        below = (f"frozen after batch {tensor.frozen_from}",)
    if tensor.moved_by_held_out:
        below = (*below, f"{len(tensor.moved_by_held_out)}× held out")
        return TableCell("no", "✕", _short(tensor.moved[-1]), below=below)
    if tensor.moved_while_frozen:
        return TableCell("no", "✕", _short(tensor.moved[-1]), below=below)
    if tensor.changed:
        return TableCell("yes", "●", _short(tensor.moved[-1]), below=below)
    if lost:
        return TableCell("no", "○", "0", below=below)
    return TableCell("", "○", "0", below=below)


def _short(number: float) -> str:
    """Two digits that count; what is smaller than rounding is next to 0."""
    if 0 < number < ROUNDING:
        return "≈ 0"
    return in_powers(f"{number:.2g}".replace("nan", "NaN"))


def _mode(tensor: TensorInLoop) -> TableCell:
    """At the forwards that train; behind the stroke, at those of held-out batches."""
    trained = _in_words(tensor.trained_in)
    held_out = _in_words(tensor.held_out_in)
    if not trained and not held_out:
        return TableCell("na", "–", "", unseen="not called")
    kind = ""
    if not held_out:
        return TableCell("", "", trained)
    if held_out.startswith("train") and tensor.is_buffer:
        kind = "no"
    return TableCell(kind, "", f"{trained or '–'} / {held_out}")  # type: ignore[arg-type]


def _in_words(flags: tuple[str, ...]) -> str:
    """One mode, or from where to where."""
    seen = [flag for flag in flags if flag]
    if not seen:
        return ""
    if seen[0] == seen[-1]:
        return seen[0]
    return f"{seen[0]}→{seen[-1]}"
