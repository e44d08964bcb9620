"""The files of a version, to be sent to workers that have no copy of their own."""

import base64
import hashlib
import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from rollcall.lab.cluster.data_files import MOST_DATA, data_files
from rollcall.lectures.content_words import MOST_BYTES
from rollcall.lectures.saved_files import heeded_files, version, watched_folders
from rollcall.lectures.targets import Targets

TRIES = 5  # while files are being saved


Stamp = tuple[Path, int, int]  # when it was written to, and how large it is


class Bundle(NamedTuple):
    """All files of one version, and the files of data that they name."""

    version: str
    digest: str
    content: bytes
    stamps: tuple[Stamp, ...]  # of what no version tells

    @property
    def is_as_it_was(self) -> bool:
        """Whether the data is still the same."""
        return self.stamps == tuple(_stamp(path) for path, *_ in self.stamps)


def packed(targets: Targets) -> Bundle:
    """The files as they are now."""
    for _ in range(TRIES):
        before = version(targets)
        data = data_files(targets).sent
        stamps = tuple(_stamp(path) for path in (*watched_folders(targets), *data))
        content = json.dumps(list(_entries(targets, data))).encode()
        if version(targets) == before:
            break
    return Bundle(before, hashlib.sha256(content).hexdigest(), content, stamps)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:  # it is gone
        return path, 0, 0
    return path, found.st_mtime_ns, found.st_size


def _entries(targets: Targets, data: Iterable[Path]) -> Iterable[dict[str, Any]]:
    folders = [target.path for target in targets.own if target.kind == "folder"]
    if targets.course is not None:
        folders.append(targets.course.absolute())
    for folder in folders:
        if folder.is_dir():
            yield {"path": str(folder), "kind": "folder"}
    for path in heeded_files(targets):
        if (entry := _entry(path.absolute(), MOST_BYTES)) is not None:
            yield entry
    for path in data:
        if (entry := _entry(path.absolute(), MOST_DATA)) is not None:
            yield entry


def _entry(path: Path, most: int) -> dict[str, Any] | None:
    """One file; None where there is nothing to be sent."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return {"path": str(path), "kind": "folder"}
        if not stat.S_ISREG(found.st_mode):
            return None
        if found.st_size > most:  # it is never run, and only its size is told
            return {"path": str(path), "kind": "large", "size": found.st_size}
        text = base64.b64encode(path.read_bytes()).decode()
        return {"path": str(path), "kind": "file", "text": text}
    except FileNotFoundError:
        if path.is_symlink():
            return {"path": str(path), "kind": "dangling"}
        return None
    except OSError:
        return {"path": str(path), "kind": "unreadable"}
