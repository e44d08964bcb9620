"""All that one column of the registry page shows, apart from the source."""

from collections.abc import Iterable
from dataclasses import dataclass

from rollcall.core.findings.lines_named import lines_named
from rollcall.core.scan import Scan
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.headline import Headline
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.registry.findings import FindingLine, finding_lines, not_run
from rollcall.web.view.registry.headline import headline
from rollcall.web.view.registry.module_row import ModuleRow
from rollcall.web.view.registry.printed import printed
from rollcall.web.view.registry.roll_call_table import RollCallTable, roll_call_table
from rollcall.web.view.registry.side_by_side import Placed, side_by_side
from rollcall.web.view.registry.standing import Standing
from rollcall.web.view.sentence import Sentence
from rollcall.web.view.source_text import Passage, passages
from rollcall.web.view.tree.folding import SMALL, TINY, by_owner
from rollcall.web.view.tree.opening import Line
from rollcall.web.view.tree.search import search
from rollcall.web.view.tree.shown_lines import shown_lines
from rollcall.web.view.words import plural


@dataclass(frozen=True)
class RegistryColumn:
    """The parts of a column, from the top down."""

    headline: Headline
    findings: list[FindingLine]
    not_looked_at: Sentence
    found: str  # how much of what was looked for; "" where nothing was
    roll_call: RollCallTable
    placed: dict[str, Placed]  # each row of it, by its path
    source: list[list[Passage]]  # of each class
    named_lines: frozenset[int]  # of the source, by the findings
    printed: str
    prints_a_line: bool  # on both sides: that is to be seen with the table, and costs little room


def registry_column(
    subject: RegistrySubject, opposite: RegistrySubject, query: RegistryQuery
) -> RegistryColumn:
    """The column of a subject that was built; `opposite` gives the order of the rows."""
    scan = subject.scan
    assert scan
    tree = _tree(subject, opposite, query)
    table = roll_call_table(subject, tree.lines, tree.standing, query)
    named = frozenset(
        number for finding in subject.findings.findings for number in lines_named(finding)
    )
    source: list[list[Passage]] = []
    if subject.source:
        source = passages(subject.source.classes, _shown(tree.lines), named)
    return RegistryColumn(
        headline=headline(subject),
        findings=finding_lines(subject.findings, scan, query),
        not_looked_at=not_run(subject.findings),
        found=tree.found,
        roll_call=table,
        placed=side_by_side(table.rows, _rows_beside(subject, opposite, query)),
        source=source,
        named_lines=named,
        printed=printed(subject.printed),
        prints_a_line=all("\n" not in each.printed for each in (subject, opposite)),
    )


@dataclass(frozen=True)
class _Tree:
    """The lines of a model as its column shows them."""

    lines: list[Line]
    standing: Standing
    found: str


def _tree(subject: RegistrySubject, opposite: RegistrySubject, query: RegistryQuery) -> _Tree:
    scan = subject.scan
    assert scan
    assert subject.roll_call
    modules, tensors = list(scan.modules), list(scan.tensors)
    if opposite.scan:
        modules = in_order_of(modules, opposite.scan.modules)
        tensors = in_order_of(tensors, opposite.scan.tensors)
    standing = Standing(subject)
    found = ""
    sought: frozenset[str] = frozenset()
    tiny = _is_tiny(subject, opposite)
    if query.find:
        modules, tensors, sought = search(query.find, modules, tensors)
        found = plural(len(sought), "module", "modules")
        tiny = len(modules) + len(tensors) <= SMALL  # what was looked for is to be seen
    facts = standing.facts(modules, by_owner(tensors), sought)
    return _Tree(shown_lines(modules, tensors, facts, query.open, tiny), standing, found)


def _rows_beside(
    subject: RegistrySubject, opposite: RegistrySubject, query: RegistryQuery
) -> tuple[ModuleRow, ...]:
    """Those of the opposite column; none where one of both models is not small."""
    scans = [each.scan for each in (subject, opposite) if each.scan]
    if len(scans) < 2 or not opposite.roll_call or not all(map(_is_small, scans)):
        return ()
    tree = _tree(opposite, subject, query)
    return roll_call_table(opposite, tree.lines, tree.standing, query).rows


def _is_small(scan: Scan) -> bool:
    return len(scan.modules) + len(scan.tensors) <= SMALL


def _is_tiny(subject: RegistrySubject, opposite: RegistrySubject) -> bool:
    """Whether all modules have a line each; then those of the other model have one, too."""
    scans = [each.scan for each in (subject, opposite) if each.scan]
    return all(len(scan.modules) + len(scan.tensors) <= TINY for scan in scans)


def _shown(lines: Iterable[Line]) -> set[str]:
    """The paths that stand in a tree."""
    shown: set[str] = set()
    for line in lines:
        shown.add(line.branch.first.path)
        shown.update(tensor.path for tensor in line.branch.tensors)
    return shown
