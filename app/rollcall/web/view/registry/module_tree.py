"""The module tree of one column, as its template lays it out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rollcall.core.entries import Entry
from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.core.walk.found import ATTRIBUTE
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.standing import LOST, MODULES, TENSORS
from rollcall.web.view.tree.branch import Branch
from rollcall.web.view.tree.opening import Line
from rollcall.web.view.words import brief, number, plural, size, whereabouts

LETTERS = {
    "parameter": "P",
    "persistent buffer": "B",
    "non-persistent buffer": "b",
    "tensor": "T",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One tensor of a module."""

    path: str
    name: str  # its path from the module on
    kind: str
    letter: str
    shape: str
    dtype: str
    title: str
    aliases: str  # further names; "" where there are none
    lost: bool
    note: bool  # it is unregistered, and that does no harm
    mark: str  # that it is unregistered; "" where it is not, or where its module says so


@dataclass(frozen=True, slots=True)
class Toggle:
    """The link that opens or closes a line."""

    key: str
    text: str  # what a closed line keeps
    lost: str  # and what of it is unregistered; "" where nothing is
    url: str | None  # None: no address has room for one more open line


@dataclass(frozen=True, slots=True)
class Node:
    """One line. Nodes stand in a flat list, so that no model is too deep for a template."""

    module: ModuleEntry  # the first, where several share the line
    label: str
    class_text: str  # "Linear(10, 20)"; "" for the model itself
    class_title: str
    chips: tuple[Chip, ...]
    devices: str
    aliases: str
    lost: bool
    note: bool  # it is unregistered, and that does no harm
    mark: str  # that it is unregistered, and how it was found; "" where it is not
    unheard: bool  # its flag is not what was called on it
    gathers: bool  # it only holds modules, which differ, and is none itself
    toggle: Toggle | None
    opens: bool  # children follow
    closes: int  # branches that end with this node


def module_tree(
    lines: Iterable[Line], subject: RegistrySubject, query: RegistryQuery
) -> list[Node]:
    """The nodes of a subject from the root down, each before its children."""
    unheard = frozenset(subject.unheard)
    model = subject.card.class_name
    return [_node(line, model, line.branch.first.path in unheard, query) for line in lines]


def _node(line: Line, model: str, unheard: bool, query: RegistryQuery) -> Node:
    branch = line.branch
    module = branch.first
    devices = dict.fromkeys(tensor.device for tensor in branch.tensors)
    return Node(
        module=module,
        label=line.label or model,
        class_text=_class_text(branch),
        class_title=_class_title(branch),
        chips=tuple(_chip(tensor, module) for tensor in branch.tensors),
        devices=", ".join(devices),
        aliases=", ".join(module.aliases),
        lost=module.status == "unregistered" and not branch.gathers,
        note=module.is_note,
        mark=_mark_of_module(branch),
        unheard=unheard and not branch.gathers,
        gathers=branch.gathers,
        toggle=_toggle(line, query),
        opens=line.open,
        closes=line.closes,
    )


def _toggle(line: Line, query: RegistryQuery) -> Toggle | None:
    """What opens a closed line, or closes one that was opened."""
    branch = line.branch
    if line.open and not line.asked:
        return None
    if line.open:
        return Toggle(line.label, "close", "", query.with_closed(line.label).url)
    if not branch.children:
        return None
    totals = line.totals
    modules, tensors = totals[MODULES], totals[TENSORS]
    if not branch.gathers:
        modules -= line.times
        tensors -= line.times * len(branch.tensors)
    inside = plural(modules, "module", "modules")
    if tensors:
        inside += f", {plural(tensors, 'tensor', 'tensors')}"
    lost = ""
    if totals[LOST]:
        lost = f"{number(totals[LOST])} unregistered"
    url = None
    if opened := query.with_open(line.label):
        url = opened.url
    return Toggle(line.label, inside, lost, url)


def _class_text(branch: Branch) -> str:
    """The class of a submodule; that of the model is its label already."""
    module = branch.first
    if not module.path or branch.gathers:
        return ""
    arguments = brief(module.extra_repr)
    text = module.class_name
    if arguments:
        text = f"{module.class_name}({arguments})"
    if branch.count == 1:
        return text
    return f"{number(branch.count)} × {text}"


def _class_title(branch: Branch) -> str:
    return f"{branch.first.class_name}({branch.first.extra_repr})"


def _mark(entry: Entry) -> str:
    """What is said of something unregistered: its rank if it is a note, and where it was found."""
    if entry.status == "registered":
        return ""
    words = ["unregistered"]
    if entry.is_note and entry.rank:
        words.append(entry.rank)
    if entry.found_by and entry.found_by != ATTRIBUTE:
        words.append(whereabouts(entry.found_by))
    return ", ".join(words)


def _mark_of_module(branch: Branch) -> str:
    """The same of a module, which is not called stateless over state that is unregistered, too."""
    if branch.inside:
        return _mark(replace(branch.first, rank=None))
    return _mark(branch.first)


def _chip(tensor: TensorEntry, module: ModuleEntry) -> Chip:
    lost = tensor.status == "unregistered"
    title = [f"{tensor.kind} {tensor.path}", tensor.status]
    mark = _mark(tensor)
    if mark:
        title[-1] = mark
    if mark == _mark(module):
        mark = ""
    if not tensor.is_leaf:
        title.append("computed")
    if tensor.requires_grad:
        title.append("requires_grad")
    return Chip(
        path=tensor.path,
        name=tensor.path.removeprefix(f"{module.path}."),
        kind=tensor.kind,
        letter=LETTERS[tensor.kind],
        shape=size(tensor.shape),
        dtype=tensor.dtype,
        title=", ".join(title),
        aliases=", ".join(tensor.aliases),
        lost=lost,
        note=tensor.is_note,
        mark=mark,
    )
