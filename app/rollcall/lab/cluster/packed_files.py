"""The files of a version, to be sent to workers that have no copy of their own."""

import base64
import hashlib
import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from rollcall.lectures.content_words import MOST_BYTES
from rollcall.lectures.saved_files import heeded_files, version
from rollcall.lectures.targets import Targets

TRIES = 5  # while files are being saved


class Bundle(NamedTuple):
    """All files of one version."""

    version: str
    digest: str
    content: bytes


def packed(targets: Targets) -> Bundle:
    """The files as they are now."""
    for _ in range(TRIES):
        before = version(targets)
        content = json.dumps(list(_entries(targets))).encode()
        if version(targets) == before:
            break
    return Bundle(before, hashlib.sha256(content).hexdigest(), content)


def _entries(targets: Targets) -> Iterable[dict[str, Any]]:
    folders = [target.path for target in targets.own if target.kind == "folder"]
    if targets.course is not None:
        folders.append(targets.course.absolute())
    for folder in folders:
        if folder.is_dir():
            yield {"path": str(folder), "kind": "folder"}
    for path in heeded_files(targets):
        if (entry := _entry(path.absolute())) is not None:
            yield entry


def _entry(path: Path) -> dict[str, Any] | None:
    """One file; None where there is nothing to be sent."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return {"path": str(path), "kind": "folder"}
        if not stat.S_ISREG(found.st_mode):
            return None
        if found.st_size > MOST_BYTES:  # it is never run, and only its size is told
            return {"path": str(path), "kind": "large", "size": found.st_size}
        text = base64.b64encode(path.read_bytes()).decode()
        return {"path": str(path), "kind": "file", "text": text}
    except FileNotFoundError:
        if path.is_symlink():
            return {"path": str(path), "kind": "dangling"}
        return None
    except OSError:
        return {"path": str(path), "kind": "unreadable"}
