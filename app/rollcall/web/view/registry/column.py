"""All that one column of the registry page shows, apart from the source."""

from dataclasses import dataclass

from rollcall.core.query import PairQuery
from rollcall.experiments.registry.experiment import RegistrySubject
from rollcall.web.view.headline import Headline
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.registry.findings import FindingLine, finding_lines, not_run
from rollcall.web.view.registry.headline import headline
from rollcall.web.view.registry.module_tree import Node, module_tree
from rollcall.web.view.registry.roll_call_table import RollCallTable, roll_call_table
from rollcall.web.view.sentence import Sentence


@dataclass(frozen=True)
class RegistryColumn:
    """The parts of a column, from the top down."""

    headline: Headline
    findings: list[FindingLine]
    not_looked_at: Sentence
    tree: list[Node]
    roll_call: RollCallTable


def registry_column(
    subject: RegistrySubject, opposite: RegistrySubject, query: PairQuery
) -> RegistryColumn:
    """The column of a subject that was built; `opposite` gives the order of the rows."""
    scan = subject.scan
    assert scan
    assert subject.roll_call
    modules, tensors = list(scan.modules), list(scan.tensors)
    if opposite.scan:
        modules = in_order_of(modules, opposite.scan.modules)
        tensors = in_order_of(tensors, opposite.scan.tensors)
    return RegistryColumn(
        headline=headline(scan, subject.roll_call.optimizer_raised),
        findings=finding_lines(subject.findings, scan, query),
        not_looked_at=not_run(subject.findings),
        tree=module_tree(modules, tensors, subject.card.class_name, subject.unheard),
        roll_call=roll_call_table(subject, modules, tensors),
    )
