"""A word for what is in a file. It is read again only when the system says that it changed."""

import hashlib
import os
import stat
from pathlib import Path

MOST_BYTES = 2_000_000  # of a file: to compile more takes longer than anybody waits
MOST_KEPT = 20_000  # files

_Stamp = tuple[int, int, int, int]
_words: dict[Path, tuple[_Stamp, str]] = {}


def content_word(path: Path) -> str:
    """The digest of its content; of what is never run, what kind of thing it is."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return f"of kind {stat.S_IFMT(found.st_mode):o}"
        if found.st_size > MOST_BYTES:
            return f"of {found.st_size} bytes"
        return _digest(path, found)
    except OSError as error:  # a link to nowhere, or a file that was just taken away
        return f"error {error.errno}"


def _digest(path: Path, found: os.stat_result) -> str:
    stamp = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
    known = _words.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    if len(_words) >= MOST_KEPT:
        _words.clear()
    # Read after the look: what is saved in between has another stamp, and is read once more.
    word = hashlib.sha256(path.read_bytes()).hexdigest()
    _words[path] = (stamp, word)
    return word
