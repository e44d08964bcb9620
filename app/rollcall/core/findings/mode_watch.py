"""Whether a forward calls train() or eval() on what it runs."""

from collections.abc import Iterator, Sequence

from rollcall.core.findings.forward_kinds import SwitchedMode
from rollcall.core.module_facts import is_training
from rollcall.core.walk.found import is_within
from rollcall.core.walk.object_walk import Found


class ModeWatch:
    """The modes of some modules before a forward, to be compared with those after it."""

    def __init__(self, modules: Sequence[Found]) -> None:
        self._before = [(found, is_training(found.value)) for found in modules]
        self._switched: list[Found] = []

    def look(self) -> None:
        """See them after the forward."""
        self._switched = [
            found for found, was in self._before if is_training(found.value) is not was
        ]

    def findings(self) -> Iterator[SwitchedMode]:
        """One for each mode; not a frozen part that forward keeps in eval mode."""
        for mode in ("train", "eval"):
            switched = [
                each for each in self._switched if is_training(each.value) is (mode == "train")
            ]
            paths = _outermost([each.path for each in switched])
            kept = [each for each in switched if each.path in paths]
            if mode == "eval":
                kept = [each for each in kept if not _is_frozen(each)]
            if kept:
                yield SwitchedMode(paths=tuple(each.path for each in kept), mode=mode)


def _outermost(paths: list[str]) -> set[str]:
    if "" in paths:
        return {""}
    return {
        path
        for path in paths
        if not any(other != path and is_within(path, other) for other in paths)
    }


def _is_frozen(found: Found) -> bool:
    parameters = list(found.value.parameters())
    return bool(parameters) and not any(each.requires_grad for each in parameters)
