"""The Python files of what is served: which there are on the disk now."""

import os
import stat
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import CodeType

from rollcall.lectures.content_words import MOST_BYTES, MOST_KEPT
from rollcall.lectures.declared_course import COURSE
from rollcall.lectures.latest import Latest
from rollcall.lectures.on_disk import is_file
from rollcall.lectures.targets import Target

MOST_FILES = 1_000  # of one folder with all that is in it
MOST_FOLDERS = 2_000
CODES_KEPT = 256
# Folders of other people's code, or of none.
LEFT_OUT = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})


def lecture_files(folder: Path) -> list[Path]:
    """Every Python file of a folder, by name; none of a folder that is not there."""
    return [path for path in files_in(folder) if path.suffix == ".py"]


def own_files(target: Target) -> list[Path]:
    """The Python files of a target. A folder brings those of its folders along."""
    if target.kind != "folder":
        return [target.path]
    return [path for path in walked(target.path) if path.suffix == ".py"][:MOST_FILES]


def unreadable_folders(target: Target) -> list[Path]:
    """Those of a folder that is served whose files nobody can list."""
    return [path for path in walked(target.path) if not _is_wanted(path.name)]


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


def package_root(path: Path) -> Path:
    """The folder in which the outermost package of a file lies; else the file's own."""
    folder = path.parent
    while is_file(folder / "__init__.py") and folder != folder.parent:
        folder = folder.parent
    return folder


def files_in(folder: Path) -> list[Path]:
    """Those of one folder alone; one that cannot be read stands here itself, as a file does."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if _is_wanted(entry.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        return [folder]
    return [_in_folder(folder, name) for name in sorted(names)]


@lru_cache(MOST_KEPT)  # a path keeps its hash and its text: each request asks for both
def _in_folder(folder: Path, name: str) -> Path:
    return folder / name


def walked(folder: Path) -> list[Path]:
    """Those of a folder and of all folders in it, a folder's own before those below."""
    found: list[Path] = []
    for here in islice(folders_in(folder), MOST_FOLDERS):
        found.extend(files_in(here))
        if len(found) > MOST_FILES:
            break
    return found


def folders_in(folder: Path) -> Iterator[Path]:
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
        if name.startswith(".") or name in LEFT_OUT or is_file(path / "pyvenv.cfg"):
            continue
        yield path


def _is_wanted(name: str) -> bool:
    # Editors and macOS leave files whose names start with a dot.
    return (name.endswith(".py") or name == COURSE) and not name.startswith(".")
