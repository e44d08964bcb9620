"""All that one column of the registry page shows, apart from the source."""

from dataclasses import dataclass

from rollcall.experiments.registry.experiment import RegistrySubject
from rollcall.web.view.headline import Headline
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.registry.headline import headline
from rollcall.web.view.registry.module_tree import Node, module_tree
from rollcall.web.view.registry.roll_call_table import RollCallTable, roll_call_table


@dataclass(frozen=True)
class RegistryColumn:
    """The parts of a column, from the top down."""

    headline: Headline
    tree: list[Node]
    roll_call: RollCallTable


def registry_column(subject: RegistrySubject, opposite: RegistrySubject) -> RegistryColumn:
    """The column of a subject that was built; `opposite` gives the order of the rows."""
    scan = subject.scan
    assert scan
    modules, tensors = list(scan.modules), list(scan.tensors)
    if opposite.scan:
        modules = in_order_of(modules, opposite.scan.modules)
        tensors = in_order_of(tensors, opposite.scan.tensors)
    return RegistryColumn(
        headline=headline(scan),
        tree=module_tree(modules, tensors, subject.card.class_name, subject.unheard),
        roll_call=roll_call_table(subject, modules, tensors),
    )
