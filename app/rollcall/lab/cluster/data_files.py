"""Files of data that lecture files open: they lie beside them, and stand in their texts."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rollcall.lectures.declared_course import COURSE
from rollcall.lectures.saved_files import heeded_files, watched_folders
from rollcall.lectures.target_files import source_of
from rollcall.lectures.targets import Targets

MOST_DATA = 8_000_000  # bytes in all: they travel to each worker, with each save
# A part of a path in a text: `open("data/words.txt")` has two, and so has `HERE / "data" / "x.pt"`.
PART = re.compile(rb"""(?<=["'/])[^"'/\n]+(?=["'/])""")


class DataFiles(NamedTuple):
    """The smallest first."""

    sent: list[Path]
    left: list[Path]  # for which there was no room

    @property
    def problem(self) -> str:
        """What is to be told at the start; empty where all are sent."""
        if not self.left:
            return ""
        names = ", ".join(path.name for path in self.left[:3])
        more = len(self.left) - 3
        if more > 0:
            names += f" and {more} more"
        return f"nodes get {MOST_DATA // 1_000_000} MB of data, and do not get {names}"


def data_files(targets: Targets) -> DataFiles:
    """Those that are on the disk now. Of a name that a program puts together nobody knows here."""
    files = heeded_files(targets)
    named = _named_in(files)
    paths: set[Path] = set()
    for folder in watched_folders(targets):
        paths.update(_in(folder, named))
    found = DataFiles([], [])
    room = MOST_DATA
    for size, path in sorted((path.stat().st_size, path) for path in paths):
        if size > room:
            found.left.append(path)
        else:
            found.sent.append(path)
            room -= size
    return found


def _named_in(files: Iterable[Path]) -> set[str]:
    named: set[str] = set()
    for path in files:
        if path.suffix == ".py":
            with suppress(OSError, ValueError):  # it is told where it is loaded
                named.update(map(os.fsdecode, PART.findall(source_of(path))))
    return named


def _in(folder: Path, named: set[str]) -> Iterator[Path]:
    """Those of a folder, and of folders in it that are named, too."""
    try:
        with os.scandir(folder) as entries:
            here = [entry for entry in entries if entry.name in named]
    except OSError:
        return
    for entry in here:
        if entry.is_dir(follow_symlinks=False):
            yield from _in(Path(entry.path), named)
        elif entry.is_file() and not entry.name.endswith(".py") and entry.name != COURSE:
            yield Path(entry.path)
