"""Whether a file was saved that can change an answer, and the folders in which that is seen."""

import hashlib
import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from pathlib import Path

from rollcall.lectures.content_words import MOST_KEPT, content_word
from rollcall.lectures.imported_files import imported_files
from rollcall.lectures.target_files import (
    MOST_FILES,
    MOST_FOLDERS,
    files_in,
    folders_in,
    package_root,
    walked,
)
from rollcall.lectures.targets import Target, Targets


def version(what: Targets | Path) -> str:
    """A word for the texts of the lecture files and courses, and for their names.

    Two copies of one folder have the same one, on one machine or on two.
    """
    targets = Targets.of(what)
    digest = hashlib.sha256()
    if targets.course is not None:
        _digest(digest.update, "", targets.course, files_in(targets.course))
    for target in targets.own:
        _digest(digest.update, target.said, target.path, _heeded(target))
    return digest.hexdigest()[:16]


def heeded_files(targets: Targets) -> list[Path]:
    """The files whose texts can change an answer."""
    files: dict[Path, None] = {}
    if targets.course is not None:
        files.update(dict.fromkeys(files_in(targets.course)))
    for target in targets.own:
        files.update(dict.fromkeys(_heeded(target)))
    return list(files)


def watched_folders(targets: Targets) -> list[Path]:
    """The folders in which a save can change an answer, each by itself."""
    folders: dict[Path, None] = {}
    for target in targets.own:
        if target.kind == "folder":
            folders.update(dict.fromkeys(islice(folders_in(target.path), MOST_FOLDERS)))
        folders.update(dict.fromkeys(path.parent for path in _heeded(target)))
    if targets.course is not None:
        folders[targets.course] = None
    return list(folders)


def _digest(update: Callable[[bytes], object], said: str, top: Path, paths: Iterable[Path]) -> None:
    update(os.fsencode(f"{said}\n"))
    for path in paths:
        update(os.fsencode(f"{_name(path, top)} {content_word(path)}\n"))


@lru_cache(MOST_KEPT)  # each request asks for it, and the names stay
def _name(path: Path, top: Path) -> str:
    """What tells a file from the others, and not where they all lie."""
    return os.path.relpath(path, top)


def _heeded(target: Target) -> list[Path]:
    """The files whose text can change what a target answers."""
    files = _near(target)
    roots = (package_root(target.path), *target.roots)
    return [*files, *imported_files(files, dict.fromkeys(roots), MOST_FILES)]


def _near(target: Target) -> list[Path]:
    """Those of the target itself, and what lies beside a file."""
    if target.kind == "installed":
        return []
    if target.kind == "folder":
        return walked(target.path)
    top = package_root(target.path)
    if top != target.path.parent:
        # Its whole package, and what lies beside that.
        first = top / target.path.relative_to(top).parts[0]
        return [*walked(first), *files_in(top)]
    # The file first: it tells that it is gone.
    return [target.path, *files_in(target.path.parent)]
