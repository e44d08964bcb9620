"""The module tree of one column, made in one pass over its modules and tensors."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rollcall.core.entries import Entry
from rollcall.core.found import ATTRIBUTE
from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.web.view.words import brief, size, whereabouts

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
class Node:
    """One module. Nodes stand in a flat list, so that no model is too deep for a template."""

    module: ModuleEntry
    label: str
    class_text: str  # "Linear(10, 20)"; "" for the model itself
    chips: tuple[Chip, ...]
    devices: str
    aliases: str
    lost: bool
    note: bool  # it is unregistered, and that does no harm
    mark: str  # that it is unregistered, and how it was found; "" where it is not
    unheard: bool  # its flag is not what was called on it
    opens: bool  # children follow
    closes: int  # branches that end with this node


def module_tree(
    modules: Iterable[ModuleEntry],
    tensors: Iterable[TensorEntry],
    model: str,
    unheard: Iterable[str] = (),
) -> list[Node]:
    """The nodes from the root down, each before its children.

    Args:
        modules: those of one model, in the order in which siblings are shown.
        tensors: the same.
        model: the class of the model, which is the label of the root.
        unheard: paths of the modules whose flag is not what was called.
    """
    children: dict[str | None, list[ModuleEntry]] = defaultdict(list)
    for module in modules:
        children[module.owner].append(module)
    owned = by_owner(tensors)
    deaf = frozenset(unheard)
    nodes: list[Node] = []
    waiting = [(root, 0) for root in reversed(children[None])]
    while waiting:
        module, ends = waiting.pop()
        below = children.get(module.path, [])
        node = _node(
            module,
            owned.get(module.path, []),
            label=module.path or model,
            unheard=module.path in deaf,
            opens=bool(below),
            ends=ends,
        )
        nodes.append(node)
        waiting += _children(below, ends)
    return nodes


def _node(
    module: ModuleEntry,
    tensors: list[TensorEntry],
    *,
    label: str,
    unheard: bool,
    opens: bool,
    ends: int,
) -> Node:
    """One module with its tensors; `ends` branches end behind it and all that is below it."""
    closes = ends
    if opens:
        closes = 0  # they end with its last child
    devices = dict.fromkeys(tensor.device for tensor in tensors)
    return Node(
        module=module,
        label=label,
        class_text=_class_text(module),
        chips=tuple(_chip(tensor, module) for tensor in tensors),
        devices=", ".join(devices),
        aliases=", ".join(module.aliases),
        lost=module.status == "unregistered",
        note=module.is_note,
        mark=_mark(module),
        unheard=unheard,
        opens=opens,
        closes=closes,
    )


def _children(below: list[ModuleEntry], ends: int) -> list[tuple[ModuleEntry, int]]:
    """Those of one module, the first one last, each with how many branches end behind it.

    The last child ends the branch that it stands in, and all that end with its parent.
    """
    if not below:
        return []
    *others, last = below
    return [(last, ends + 1), *((child, 0) for child in reversed(others))]


def by_owner(tensors: Iterable[TensorEntry]) -> dict[str, list[TensorEntry]]:
    """The tensors of each module, by its path."""
    owned: dict[str, list[TensorEntry]] = defaultdict(list)
    for tensor in tensors:
        owned[tensor.owner or ""].append(tensor)
    return owned


def _class_text(module: ModuleEntry) -> str:
    """The class of a submodule; that of the model is its label already."""
    if not module.path:
        return ""
    arguments = brief(module.extra_repr)
    if not arguments:
        return module.class_name
    return f"{module.class_name}({arguments})"


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
