"""The table of a scan in a notebook: the rows of the registry page, without its links."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rollcall.core.roll_call import RollCall
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.lectures.contents import ModelCard
from rollcall.web.view.headline import Verdict
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.registry.answers import Answer
from rollcall.web.view.registry.hidden_leaves import hidden_leaves
from rollcall.web.view.registry.module_row import ModuleRow, Rows
from rollcall.web.view.registry.refusals import Refusal, refusals_of
from rollcall.web.view.registry.standing import Standing
from rollcall.web.view.registry.usual import usual
from rollcall.web.view.sentence import Sentence
from rollcall.web.view.tree.branch import Facts
from rollcall.web.view.tree.folding import SMALL, TINY, by_owner
from rollcall.web.view.tree.search import search
from rollcall.web.view.tree.shown_lines import names_of_lines, shown_lines
from rollcall.web.view.words import plural

NO_INPUT = "scan was given no input to run forward with"
OWN_MODE_CALL = "its class, or one around it, has a train() of its own, and that is not called"

NOBODY = RollCall(
    moved_to="",
    tensors=(),
    modules=(),
    backward_raised=None,
    optimizer_raised=None,
    to_raised=None,
)


@dataclass(frozen=True)
class Table:
    """One model."""

    model: str
    verdict: Verdict
    headline: str
    asks: bool  # PyTorch's callers were asked
    usual: str  # what is said once of all tensors
    found: str  # how much of what was looked for; "" where nothing was
    rows: tuple[ModuleRow, ...]
    folds: str  # the first line that is closed, as it is opened; "" where none is
    refusals: tuple[Refusal, ...]
    hidden_leaves: tuple[Sentence, ...]


def table(
    scan: Scan,
    roll: RollCall | None,
    headline: str,
    opposite: Scan | None = None,
    opens: Collection[str] = (),
    find: str = "",
) -> Table:
    """The table of one scan.

    Args:
        scan: what was found.
        roll: who answers; None where nobody was asked.
        headline: of the scan as a text.
        opposite: gives the order of the rows.
        opens: lines that are open whatever their size.
        find: words of a path, a class or a status: only these are shown.
    """
    tree = _tree(scan, roll, opposite, find)
    lines = shown_lines(tree.modules, tree.tensors, tree.facts, opens, tree.tiny)
    most = usual(scan.tensors)
    rows = Rows(scan.class_name, frozenset(), tree.standing, most, RegistryQuery()).of(lines)
    refusals: list[Refusal] = []
    if roll is not None:
        refusals = refusals_of(roll, scan.used, scan.tensors)
    return Table(
        model=scan.class_name,
        verdict=_verdict(scan),
        headline=headline,
        asks=roll is not None,
        usual=most.told,
        found=_found(tree, find),
        rows=rows,
        folds=_first_closed(rows),
        refusals=tuple(refusals),
        hidden_leaves=hidden_leaves(scan.used),
    )


def names_of_table(
    scan: Scan,
    roll: RollCall | None,
    opposite: Scan | None = None,
    opens: Collection[str] = (),
    find: str = "",
) -> set[str]:
    """What the lines of such a table are called, those below closed ones, too."""
    tree = _tree(scan, roll, opposite, find)
    return names_of_lines(tree.modules, tree.tensors, tree.facts, opens, tree.tiny)


class _Tree(NamedTuple):
    """What is folded."""

    modules: list[ModuleEntry]
    tensors: list[TensorEntry]
    standing: "_Standing"
    facts: dict[str, Facts]
    tiny: bool
    sought: frozenset[str]


def _tree(scan: Scan, roll: RollCall | None, opposite: Scan | None, find: str) -> _Tree:
    modules, tensors = list(scan.modules), list(scan.tensors)
    if opposite is not None:
        modules = in_order_of(modules, opposite.modules)
        tensors = in_order_of(tensors, opposite.tensors)
    scans = [each for each in (scan, opposite) if each is not None]
    tiny = all(len(each.modules) + len(each.tensors) <= TINY for each in scans)
    sought: frozenset[str] = frozenset()
    if find:
        modules, tensors, sought = search(find, modules, tensors)
        tiny = len(modules) + len(tensors) <= SMALL
    standing = _Standing(scan, roll)
    facts = standing.facts(modules, by_owner(tensors), sought)
    return _Tree(modules, tensors, standing, facts, tiny, sought)


class _Standing(Standing):
    """The answers of a model in use."""

    def __init__(self, scan: Scan, roll: RollCall | None) -> None:
        self._asked = roll is not None
        self._ran = scan.used is not None
        if roll is None:
            roll = NOBODY
        card = ModelCard(name=scan.class_name, class_name=scan.class_name, needs=())
        super().__init__(RegistrySubject(card=card, roll_call=roll))

    def of_tensor(self, tensor: TensorEntry) -> tuple[Answer, ...]:
        autograd, *others = super().of_tensor(tensor)
        if autograd.kind == "na" and tensor.requires_grad and tensor.is_leaf and not self._ran:
            autograd = Answer("na", NO_INPUT)
        return (autograd, *others)

    def of_module(self, module: ModuleEntry) -> Answer:
        answer = super().of_module(module)
        if answer.kind == "na" and self._asked:
            return Answer("na", OWN_MODE_CALL)
        return answer


def _found(tree: _Tree, find: str) -> str:
    if not find:
        return ""
    return f"{plural(len(tree.sought), 'module', 'modules')} found for {find!r}"


def _first_closed(rows: Iterable[ModuleRow]) -> str:
    for row in rows:
        toggle = row.toggle or row.unfolding
        if toggle is not None and not toggle.closes:
            return row.label
    return ""


def _verdict(scan: Scan) -> Verdict:
    if scan.missing or (scan.used is not None and scan.used.answering < scan.used.reached):
        return "bad"
    if not scan.registered:
        return "none"
    return "good"
