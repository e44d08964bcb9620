"""The folder in which this process, and no other, writes its temporary files."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAMES = ("TMPDIR", "TEMP", "TMP")  # of the environment, in which programs look for it

_own: Path | None = None
_kept: frozenset[str] = frozenset()  # what lecture files wrote when they were run


def own_folder() -> Path | None:
    """Where it is; None: this process shares that of all."""
    return _own


def write_into(folder: Path) -> None:
    """From now on temporary files of this process are written there."""
    global _own
    _own = folder
    for name in NAMES:
        os.environ[name] = str(folder)
    tempfile.tempdir = str(folder)


def temporary_files() -> frozenset[str]:
    """The names of those that somebody left, but for what lecture files did when they were run."""
    return _names() - _kept


@contextmanager
def keeping_files() -> Iterator[None]:
    """What is written inside the block stays, until `remove_all`: models may read it later."""
    global _kept
    before = _names()
    try:
        yield
    finally:
        _kept |= _names() - before


def remove_left(names: frozenset[str]) -> None:
    """Remove some of those that were left. What cannot be removed stays among them."""
    for name in names:
        if _own is not None:
            remove(_own / name)


def remove_all() -> None:
    """Keep nothing of lecture files as they were before a save."""
    global _kept
    _kept = frozenset()
    remove_left(_names())


def remove(path: Path) -> None:
    """Remove a file, or a folder however deep it is; also one into which its owner may not look."""
    with suppress(OSError):
        if path.is_symlink() or not path.is_dir():
            path.unlink()
            return
        _open_up(path)
        folders = _emptied(path)
        while folders:
            folder = folders.pop()
            _open_up(folder)
            for inner in _emptied(folder):
                _open_up(inner)
                # One below the other, a path would grow longer than the system takes.
                higher = path / secrets.token_hex(16)
                inner.rename(higher)
                folders.append(higher)
            folder.rmdir()
        path.rmdir()


def _emptied(folder: Path) -> list[Path]:
    """Remove the files of a folder; the folders in it."""
    with os.scandir(folder) as entries:
        inside = list(entries)
    folders = []
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            folders.append(Path(entry.path))
        else:
            Path(entry.path).unlink()
    return folders


def _open_up(folder: Path) -> None:
    """Let its owner look into it. Where it was never closed, nothing is asked of the system."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        folder.chmod(0o700)


def _names() -> frozenset[str]:
    if _own is None:
        return frozenset()
    try:
        return frozenset(path.name for path in _own.iterdir())
    except OSError:  # it was removed
        return frozenset()
