"""The roll call of one column: a row for each module and tensor, and who answers whom."""

from dataclasses import dataclass

from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.hidden_leaves import hidden_leaves
from rollcall.web.view.registry.module_row import ModuleRow, Rows
from rollcall.web.view.registry.refusals import Refusal, refusals_of
from rollcall.web.view.registry.standing import Standing
from rollcall.web.view.registry.usual import usual
from rollcall.web.view.sentence import Sentence
from rollcall.web.view.tree.opening import Line


@dataclass(frozen=True)
class RollCallTable:
    """The module tree with its answers, and what stands under it."""

    moved_to: str
    short: str  # the same as a column's head
    asks: bool  # somebody was asked
    usual: str  # what is said once of all tensors
    rows: tuple[ModuleRow, ...]
    refusals: tuple[Refusal, ...]
    hidden_leaves: tuple[Sentence, ...]


def roll_call_table(
    subject: RegistrySubject, lines: list[Line], standing: Standing, query: RegistryQuery
) -> RollCallTable:
    """The table of a subject that was built: the rows of each line of its tree."""
    roll = subject.roll_call
    scan = subject.scan
    assert roll
    assert scan
    most = usual(scan.tensors)
    model = subject.card.class_name
    rows = Rows(model, frozenset(subject.unheard), standing, most, query).of(lines)
    return RollCallTable(
        moved_to=roll.moved_to,
        short=roll.moved_to.replace("float", "f"),
        asks=any(row.heard or row.tensors or row.answers for row in rows),
        usual=most.told,
        rows=rows,
        refusals=tuple(refusals_of(roll, scan.used, scan.tensors)),
        hidden_leaves=hidden_leaves(scan.used),
    )
