"""The files of each version that a worker is asked about, as the server sent them."""

import base64
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from rollcall.lab.cluster.sent_targets import below

MOST_VERSIONS = 4  # that a worker has at a time


class UnpackedFiles:
    """The versions that a worker has, each in a folder that nobody else uses."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=f"rollcall-{os.getpid()}-"))
        self._roots: dict[str, tuple[Path, list[Any]]] = {}

    def root(self, digest: str) -> Path | None:
        """Where a version lies; None where it is not here, or not any more as it came."""
        if digest not in self._roots:
            return None
        root, stamps = self._roots[digest]
        if _stamps(root) != stamps:  # a lecture file has written there
            self._forget(digest)
            return None
        self._roots[digest] = self._roots.pop(digest)  # the last that was used
        return root

    def unpack(self, digest: str, content: bytes) -> Path:
        """Lay out the files of a version.

        Raises:
            ValueError: it is another one.
        """
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("the files are not those of the version that was asked for")
        while len(self._roots) >= MOST_VERSIONS:
            self._forget(next(iter(self._roots)))
        root = Path(tempfile.mkdtemp(dir=self._folder))
        for entry in json.loads(content):
            _lay_out(below(root, Path(entry["path"])), entry)
        self._roots[digest] = (root, _stamps(root))
        return root

    def _forget(self, digest: str) -> None:
        root, _ = self._roots.pop(digest)
        shutil.rmtree(root, ignore_errors=True)


def _lay_out(path: Path, entry: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match entry["kind"]:
        case "folder":
            path.mkdir(parents=True, exist_ok=True)
        case "dangling":
            path.symlink_to(path.with_name(f"{path.name}.is-gone"))
        case "large":
            path.touch()
            os.truncate(path, int(entry["size"]))
        case "unreadable":
            path.touch(mode=0)
        case _:
            path.write_bytes(base64.b64decode(entry["text"], validate=True))


def _stamps(root: Path) -> list[Any]:
    """What tells that something was written there. The time of a change cannot be set."""
    found = []
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            at = os.lstat(Path(folder, name))
            found.append((name, at.st_ino, at.st_size, at.st_ctime_ns))
    return found
