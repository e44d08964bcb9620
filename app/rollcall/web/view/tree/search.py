"""The part of a model that somebody looks for, by path, class or status."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rollcall.core.entries import Entry, ModuleEntry, TensorEntry
from rollcall.web.view.mode_badge import mode_of
from rollcall.web.view.tree.folding import with_owners

# A word that names a status is no part of a path.
STATUSES = ("registered", "unregistered", "train", "eval")


class Found(NamedTuple):
    """What is left of a model, in its order."""

    modules: list[ModuleEntry]  # those found, those that hold what was found, and all around them
    tensors: list[TensorEntry]
    paths: frozenset[str]  # of the modules that were found, or whose tensors were


def search(text: str, modules: Sequence[ModuleEntry], tensors: Sequence[TensorEntry]) -> Found:
    """Look for every word of a text."""
    words = text.casefold().split()
    found = {module.path for module in modules if _matches(words, _module_words(module))}
    own = [each for each in tensors if each.owner in found or _matches(words, _tensor_words(each))]
    found |= {tensor.owner or "" for tensor in own}
    kept = with_owners(found, modules)
    return Found([each for each in modules if each.path in kept], own, frozenset(found))


def _matches(words: Iterable[str], told: tuple[set[str], str]) -> bool:
    statuses, names = told
    for word in words:
        if word in STATUSES:
            if word not in statuses:
                return False
        elif word not in names:
            return False
    return True


def _module_words(module: ModuleEntry) -> tuple[set[str], str]:
    return {module.status, mode_of(module)}, _names(module, module.class_name)


def _tensor_words(tensor: TensorEntry) -> tuple[set[str], str]:
    return {tensor.status}, _names(tensor, tensor.kind)


def _names(entry: Entry, what: str) -> str:
    return "\n".join((*entry.names, what)).casefold()
