"""The table of statistics: what one forward leaves behind in each mode."""

from collections.abc import Hashable
from dataclasses import dataclass

from rollcall.core.query import Mode
from rollcall.experiments.modes.effects import TensorChange
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.web.view.folded_rows import FoldedRows, folded_rows
from rollcall.web.view.modes.numbers import decimal, first_elements
from rollcall.web.view.table_cell import Kind


@dataclass(frozen=True)
class After:
    """A tensor after one forward."""

    kind: Kind
    elements: str
    title: str  # by how much it changed; "" if it did not
    outcome: str


@dataclass(frozen=True)
class Statistic:
    """One tensor that a forward changed, or that belongs to a module that keeps statistics."""

    path: str
    before: str
    train: After
    eval: After


def statistics(subject: ModesSubject) -> FoldedRows[Statistic]:
    """Every such tensor of a subject that was run; none where no module keeps any."""
    assert subject.train
    assert subject.eval
    in_train = {change.path: change for change in subject.train.tensor_changes}
    in_eval = {change.path: change for change in subject.eval.tensor_changes}
    rows = []
    for path in dict.fromkeys([*in_train, *in_eval]):
        known = in_train.get(path) or in_eval[path]
        before = first_elements(known.before, known.numel)
        train = _after(in_train.get(path), before, "train")
        rows.append(Statistic(path, before, train, _after(in_eval.get(path), before, "eval")))
    return folded_rows(rows, lambda row: row.path, _look, lambda row: row.eval.kind == "no")


def _look(row: Statistic) -> Hashable:
    return row.before, row.train, row.eval


def _after(change: TensorChange | None, before: str, mode: Mode) -> After:
    """In training a tensor may change; in eval it should not."""
    if change is None or change.by == 0:
        return After(_kind("yes", mode), before, "", "unchanged")
    after = first_elements(change.after, change.numel)
    by = f"changed by up to {decimal(change.by)}"
    return After(_kind("no", mode), after, by, "changed")


def _kind(in_eval: Kind, mode: Mode) -> Kind:
    if mode == "train":
        return ""
    return in_eval
