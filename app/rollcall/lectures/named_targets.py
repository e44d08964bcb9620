"""What the command line names becomes targets; what cannot be served is said in one line."""

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.machinery import PathFinder
from pathlib import Path

from rollcall.lectures.target_labels import labelled
from rollcall.lectures.targets import Target, Targets

TAKEN = "a target is a .py file, a folder, or package.module:factory"


@dataclass(frozen=True)
class NamedTargets:
    """What is served, and one line for each target that is not."""

    targets: Targets
    refused: tuple[str, ...]


class _Refused(Exception):
    """A target cannot be served; the message says why."""


def named_targets(
    named: Iterable[str], course: Path | None, here: Path | None = None
) -> NamedTargets:
    """The targets that the command line names; nothing of them is run.

    Args:
        named: files, folders, `package.module:factory`.
        course: the folder of the course; None: it is not served.
        here: the folder in which they are looked for; None: the current one.
    """
    here = (here or Path.cwd()).resolve()
    found: list[Target] = []
    refused: list[str] = []
    for text in named:
        try:
            target = _target(text, here)
            _refuse_what_is_served(target, found, course)
        except _Refused as error:
            refused.append(f"{text}: {error}")
            continue
        inside = [each for each in found if _serves(target, each)]
        refused.extend(f"{each.path}: is in {text}, which is served whole" for each in inside)
        found = [each for each in found if each not in inside]
        found.append(target)
    own = labelled(found, _names_of(course))
    return NamedTargets(Targets(course, own), tuple(refused))


def _target(text: str, here: Path) -> Target:
    path = here / text
    before, colon, factory = text.rpartition(":")
    if colon and not os.path.lexists(path) and not _is_drive(before):
        return _factory(before, factory, here)
    path = _resolved(path)
    if path.is_dir():
        _refuse_unreadable(path)
        return Target("folder", path.name or "root", path, _roots(path, path.parent, here=here))
    if path.suffix != ".py":
        raise _Refused(f"is no .py file; {TAKEN}")
    _refuse_unreadable(path)
    return Target("file", path.stem, path, _roots(here=here, path=path))


def _is_drive(before: str) -> bool:
    """Whether a colon after it begins a path of Windows, as in C:\\net.py."""
    return os.name == "nt" and len(before) == 1


def _resolved(path: Path) -> Path:
    """The path without links in its folders; a file may itself be a link, and be replaced."""
    folder = path.parent.resolve()
    if path.is_dir():
        return path.resolve()
    if path.is_symlink() and not path.exists():
        raise _Refused("is a link to a file that is not there")
    if not path.exists():
        raise _Refused(f"there is no such file or folder; {TAKEN}")
    return folder / path.name


def _refuse_unreadable(path: Path) -> None:
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        elif not stat.S_ISREG(path.stat().st_mode):
            raise _Refused("is no regular file")
        else:
            path.open("rb").close()
    except OSError as error:
        raise _Refused(error.strerror or str(error)) from error


def _roots(*folders: Path, here: Path, path: Path | None = None) -> tuple[Path, ...]:
    """Where imports begin beside the file's own folder: also where the command was given."""
    inner = path or folders[0]
    if inner.is_relative_to(here):
        folders = (*folders, here)
    return tuple(dict.fromkeys(folders))


def _factory(module: str, factory: str, here: Path) -> Target:
    """A function of a module: of a file by its path, of one below this folder, or installed."""
    if not factory.isidentifier():
        raise _Refused(f"{factory!r} is no name of a function; {TAKEN}")
    if module.endswith(".py") or "/" in module:
        path = _resolved(here / module)
        _refuse_unreadable(path)
        return Target("factory", path.stem, path, _roots(here=here, path=path), "", factory)
    if not all(part.isidentifier() for part in module.split(".")):
        raise _Refused(f"{module!r} is no name of a module; {TAKEN}")
    inside = here.joinpath(*module.split("."))
    for path in (inside.with_suffix(".py"), inside / "__init__.py"):
        if path.is_file():
            _refuse_unreadable(path)
            return Target("factory", module, path, (here,), "", factory)
    installed = _installed(module)
    if installed is None:
        raise _Refused(
            f"there is no module {module}: looked for {inside.relative_to(here)}.py in {here}, "
            "then among the installed packages"
        )
    return Target("installed", module, installed, (), module, factory)


def _installed(module: str) -> Path | None:
    """The file of an installed module, found without importing anything."""
    searched: Sequence[str] | None = [each for each in sys.path if each]
    name, spec = "", None
    for part in module.split("."):
        name = f"{name}.{part}".removeprefix(".")
        spec = PathFinder.find_spec(name, searched)
        if spec is None:
            return None
        searched = spec.submodule_search_locations
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin)


def _refuse_what_is_served(target: Target, found: Sequence[Target], course: Path | None) -> None:
    for each in found:
        if replace(each, label=target.label) == target:
            raise _Refused("is given twice")
        if _serves(each, target):
            raise _Refused(f"is in {each.path}, which is served already")
    if course is not None and target.kind == "folder" and target.path == course.resolve():
        raise _Refused("is the folder of the course, which is served already")


def _serves(folder: Target, target: Target) -> bool:
    """Whether a folder that is served brings the files of another target along."""
    if folder.kind != "folder" or target.factory:
        return False
    return target.path != folder.path and target.path.is_relative_to(folder.path)


def _names_of(course: Path | None) -> frozenset[str]:
    """The names that the files of the course take."""
    if course is None:
        return frozenset()
    try:
        return frozenset(path.stem for path in course.iterdir() if path.suffix == ".py")
    except OSError:
        return frozenset()
