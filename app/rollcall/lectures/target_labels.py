"""How the names of a target's models begin: short, readable, and no two alike."""

from collections.abc import Sequence, Set
from dataclasses import replace

from rollcall.lectures.targets import Target


def labelled(targets: Sequence[Target], taken: Set[str]) -> tuple[Target, ...]:
    """The targets, told apart by as many of their folders as it takes.

    `a/net.py` and `b/net.py` become `a/net` and `b/net`. A label depends on the command line alone,
    so that a file that appears later renames nothing.

    Args:
        targets: each with its shortest label.
        taken: names of the files of the course.
    """
    named = list(targets)
    while True:
        unclear = [place for place in range(len(named)) if _is_unclear(place, named, taken)]
        if not unclear:
            return tuple(named)
        for place in unclear:
            named[place] = replace(named[place], label=_longer(named[place]))


def _is_unclear(place: int, targets: Sequence[Target], taken: Set[str]) -> bool:
    target = targets[place]
    if target.kind == "file" and target.label in taken:
        return True
    others = [*targets[:place], *targets[place + 1 :]]
    return any(_collide(target, other) for other in others)


def _collide(one: Target, other: Target) -> bool:
    """Whether a name could be a model of both."""
    if one.said == other.said:
        return True
    if one.kind == "folder" and other.label.startswith(f"{one.label}/"):
        return True
    return other.kind == "folder" and one.label.startswith(f"{other.label}/")


def _longer(target: Target) -> str:
    """The label with one more of the folders that the target lies in; at the root, a number."""
    before = target.path.parent.parts[1:]
    used = target.label.count("/")
    if used < len(before) and not target.module:
        return f"{before[-1 - used]}/{target.label}"
    return f"{target.label}~"
