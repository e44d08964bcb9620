"""The lines of a model as they are shown, with those open that somebody names."""

from collections.abc import Collection, Mapping

from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.web.view.tree.branch import Branch, Facts, between
from rollcall.web.view.tree.folding import folded
from rollcall.web.view.tree.opening import Line, every_line, opened


def shown_lines(
    modules: Collection[ModuleEntry],
    tensors: Collection[TensorEntry],
    facts: Mapping[str, Facts],
    asked: Collection[str] = (),
    tiny: bool = False,
) -> list[Line]:
    """The tree from the root down; none where there is no module at all.

    Args:
        modules: those of one model, in the order in which siblings are shown.
        tensors: the same.
        facts: of each module, by its path.
        asked: names of lines that are open: paths, or what a line is called in the tree.
        tiny: all modules have a line of their own.
    """
    root = _folded(modules, tensors, facts, asked, tiny)
    if root is None:
        return []
    return opened(root, asked)


def names_of_lines(
    modules: Collection[ModuleEntry],
    tensors: Collection[TensorEntry],
    facts: Mapping[str, Facts],
    asked: Collection[str] = (),
    tiny: bool = False,
) -> set[str]:
    """What all lines are called, those below closed ones, too, and those that share a line."""
    root = _folded(modules, tensors, facts, asked, tiny)
    names: set[str] = set()
    if root is not None:
        for line, owner in every_line(root):
            names |= {line.branch.span, line.branch.apart_of, *_names(line, owner)}
    return names


def _folded(
    modules: Collection[ModuleEntry],
    tensors: Collection[TensorEntry],
    facts: Mapping[str, Facts],
    asked: Collection[str],
    tiny: bool,
) -> Branch | None:
    root = folded(modules, tensors, facts, asked, tiny)
    if root is None or not asked:
        return root
    # What a line is called is known when all around it is folded, so it is folded once more.
    spans = _shared_lines(root, frozenset(asked))
    if not spans:
        return root
    root = folded(modules, tensors, facts, {*asked, *spans}, tiny)
    assert root
    for line, _ in every_line(root):  # what closes such a line is the name that has opened it
        line.branch.apart_of = spans.get(line.branch.apart_of, line.branch.apart_of)
    return root


def _shared_lines(root: Branch, names: frozenset[str]) -> dict[str, str]:
    """The names that are asked for of layers which share a line, by its span."""
    spans: dict[str, str] = {}
    for line, owner in every_line(root):
        branch = line.branch
        if branch.count > 1 and not branch.children and branch.span not in names:
            asked = [name for name in _names(line, owner) if name in names]
            spans.update((branch.span, name) for name in asked[:1])
    return spans


def _names(line: Line, owner: Line | None) -> list[str]:
    """What a line is called, and what those are that share it, each alone."""
    names = [line.label]
    branch = line.branch
    if owner is not None and branch.count > 1 and not branch.children:
        names += [owner.written(path) for path in between(branch.first.path, branch.last.path)]
    return names
