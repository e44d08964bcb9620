"""The Python files of what is served: which there are on the disk now, and whether one changed."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import CodeType

from rollcall.lectures.declared_course import COURSE
from rollcall.lectures.latest import Latest
from rollcall.lectures.targets import Target, Targets

MOST_BYTES = 2_000_000  # of a file: to compile more takes longer than anybody waits
MOST_FILES = 1_000  # of one folder with all that is in it
MOST_FOLDERS = 2_000
CODES_KEPT = 256
# Folders of other people's code, or of none.
LEFT_OUT = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})


def lecture_files(folder: Path) -> list[Path]:
    """Every Python file of a folder, by name; none of a folder that is not there."""
    return [path for path in _files(folder) if path.suffix == ".py"]


def own_files(target: Target) -> list[Path]:
    """The Python files of a target. A folder brings those of its folders along."""
    if target.kind != "folder":
        return [target.path]
    return [path for path in _walked(target.path) if path.suffix == ".py"][:MOST_FILES]


def version(what: Targets | Path) -> str:
    """A word that changes whenever a lecture file or a course is added, removed or saved."""
    targets = Targets.of(what)
    digest = hashlib.sha256()
    if targets.course is not None:
        _digest(digest.update, "", _files(targets.course))
    for target in targets.own:
        _digest(digest.update, target.said, _heeded(target))
    return digest.hexdigest()[:16]


def watched_folders(targets: Targets) -> list[Path]:
    """The folders in which a save can change an answer, each by itself."""
    folders: dict[Path, None] = {}
    for target in targets.own:
        if target.kind == "folder":
            folders.update(dict.fromkeys(islice(_folders(target.path), MOST_FOLDERS)))
        folders.update(dict.fromkeys(path.parent for path in _heeded(target)))
    if targets.course is not None:
        folders[targets.course] = None
    return list(folders)


def source_of(path: Path) -> bytes:
    """The text of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too large, or no file of text.
    """
    found = _stat(path)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(f"{path.name} is a folder")
    if not stat.S_ISREG(found.st_mode):  # to open a pipe waits for who writes into it
        raise ValueError(f"{path.name} is no regular file")
    if found.st_size > MOST_BYTES:
        size, most = found.st_size / 1e6, MOST_BYTES // 1_000_000
        raise ValueError(f"{path.name} has {size:.1f} MB; a file of models has at most {most} MB")
    try:
        return path.read_bytes()
    except OSError as error:
        raise type(error)(f"{path.name}: {error.strerror}") from error


def _stat(path: Path) -> os.stat_result:
    """As of the system, with what it refuses in words that hold no path of this machine."""
    try:
        return path.stat()
    except FileNotFoundError as error:
        if path.is_symlink():
            raise FileNotFoundError(f"{path.name} is a link to a file that is not there") from error
        raise FileNotFoundError(f"there is no {path.name}") from error
    except OSError as error:
        raise type(error)(f"{path.name}: {error.strerror}") from error


def compiled(path: Path, source: bytes) -> CodeType:
    """The code of a file, made once: all files of a package import the same ones."""
    return _codes(path, source)


def _compile(path: Path, source: bytes) -> CodeType:
    return compile(source, path, "exec")


_codes = Latest(_compile, CODES_KEPT)


def _digest(update: object, said: str, paths: Iterable[Path]) -> None:
    assert callable(update)
    update(f"{said}\n".encode())
    for path in paths:
        try:
            found = path.stat()
        except OSError:  # a link to nowhere, or a file that was just taken away
            update(f"{path} -\n".encode("utf-8", "surrogateescape"))
            continue
        line = f"{path.name} {found.st_mtime_ns} {found.st_size} {found.st_ino}\n"
        update(line.encode("utf-8", "surrogateescape"))


def _heeded(target: Target) -> list[Path]:
    """The files whose text can change what a target answers."""
    if target.kind == "installed":
        return []
    if target.kind == "folder":
        return _walked(target.path)
    top = package_root(target.path)
    if top != target.path.parent:
        # Its whole package, and what lies beside that.
        first = top / target.path.relative_to(top).parts[0]
        return [*_walked(first), *_files(top)]
    # The file first: it tells that it is gone.
    return [target.path, *_files(target.path.parent)]


def package_root(path: Path) -> Path:
    """The folder in which the outermost package of a file lies; else the file's own."""
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent
    return folder


def _files(folder: Path) -> list[Path]:
    """Those of one folder alone."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if _is_wanted(entry.name)]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]


def _walked(folder: Path) -> list[Path]:
    """Those of a folder and of all folders in it, a folder's own before those below."""
    found: list[Path] = []
    for here in islice(_folders(folder), MOST_FOLDERS):
        found.extend(_files(here))
        if len(found) > MOST_FILES:
            break
    return found


def _folders(folder: Path) -> Iterator[Path]:
    """A folder and all folders in it."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(list(_folders_in(here))))


def _folders_in(folder: Path) -> Iterator[Path]:
    """Those with code of the user's; links are not followed, since they may lead round."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for name in sorted(names):
        path = folder / name
        if name.startswith(".") or name in LEFT_OUT or (path / "pyvenv.cfg").exists():
            continue
        yield path


def _is_wanted(name: str) -> bool:
    # Editors and macOS leave files whose names start with a dot.
    return (name.endswith(".py") or name == COURSE) and not name.startswith(".")
