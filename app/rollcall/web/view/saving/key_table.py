"""The keys on which the left file and the right model differ."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rollcall.experiments.saving.cross_load import CrossLoad, KeyDifference
from rollcall.web.view.folded_rows import FoldedRows, folded_rows
from rollcall.web.view.table_cell import TableCell
from rollcall.web.view.words import plural, size

ABSENT = TableCell("no", "○", "no")
VERDICTS = {"missing": "missing", "unexpected": "unexpected", "shape": "of another shape"}


@dataclass(frozen=True)
class KeyRow:
    """One key."""

    key: str
    in_file: TableCell
    in_model: TableCell
    verdict: str


def key_table(loaded: CrossLoad) -> FoldedRows[KeyRow]:
    """The rows of all differences."""
    rows = [_row(difference) for difference in loaded.differences]
    return folded_rows(rows, lambda row: row.key, _look, lambda _: True)


def _look(row: KeyRow) -> Hashable:
    return row.in_file, row.in_model, row.verdict


def agreement(loaded: CrossLoad, model: str) -> str:
    """What is said below the table; empty where no key agrees."""
    if not loaded.agreeing and not loaded.differences:
        nothing = "there is no key on which they could differ"
        return f"The file is empty, and {model} asks for nothing: {nothing}."
    if not loaded.agreeing:
        return ""
    agrees = f"{plural(loaded.agreeing, 'key agrees', 'keys agree')} in name and shape"
    if loaded.differences:
        return f"{agrees}."
    return f"{agrees}: nothing is missing, nothing unexpected."


def _row(difference: KeyDifference) -> KeyRow:
    in_file, in_model = _shape(difference.in_file), _shape(difference.in_model)
    if difference.verdict == "missing":
        in_file = ABSENT
    if difference.verdict == "unexpected":
        in_model = ABSENT
    return KeyRow(difference.key, in_file, in_model, VERDICTS[difference.verdict])


def _shape(shape: Sequence[int | str] | None) -> TableCell:
    """The shape of what is there; an entry may be no tensor."""
    if shape is None:
        return TableCell("", "", "no tensor")
    return TableCell("", "", size(shape))
