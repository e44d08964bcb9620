"""Where the files of a call lie: as on the server, below a folder of the node."""

from pathlib import Path
from typing import Any, get_args

from rollcall.lectures.targets import Kind, Target, Targets


def below(root: Path, path: Path) -> Path:
    """The place of a file of the server on a node."""
    return root / path.relative_to(path.anchor)


def plain_targets(targets: Targets) -> dict[str, Any]:
    """As JSON can have it."""
    course = None
    if targets.course is not None:
        course = str(targets.course.absolute())
    own = [
        {
            "kind": target.kind,
            "label": target.label,
            "path": str(target.path),
            "roots": [str(root) for root in target.roots],
            "module": target.module,
            "factory": target.factory,
        }
        for target in targets.own
    ]
    return {"course": course, "own": own}


def read_targets(plain: dict[str, Any], root: Path) -> Targets:
    """Those of the server, below a folder of the node.

    Raises:
        ValueError, TypeError, KeyError: they are none.
    """
    course = None
    if plain["course"] is not None:
        course = below(root, Path(plain["course"]))
    return Targets(course, tuple(_target(each, root) for each in plain["own"]))


def _target(plain: dict[str, Any], root: Path) -> Target:
    if plain["kind"] not in get_args(Kind):
        raise ValueError(f"{plain['kind']!r} is no kind of target")
    return Target(
        kind=plain["kind"],
        label=str(plain["label"]),
        path=below(root, Path(plain["path"])),
        roots=tuple(below(root, Path(each)) for each in plain["roots"]),
        module=str(plain["module"]),
        factory=str(plain["factory"]),
    )
