"""A file that grows: its worker writes what a call has come to, and the server reads it meanwhile.

It holds pickled increments, each after its length. A worker that is killed leaves an increment that
is cut short, and all before it whole.
"""

import pickle
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

LENGTH = struct.Struct("<Q")


def packed(increment: Any) -> bytes:
    """One increment as it stands in the file."""
    content = pickle.dumps(increment)
    return LENGTH.pack(len(content)) + content


def whole_increments(content: bytes) -> Iterator[bytes]:
    """The increments that `content` begins with, still packed. What is cut short is left out."""
    start = 0
    while start + LENGTH.size <= len(content):
        (length,) = LENGTH.unpack_from(content, start)
        end = start + LENGTH.size + length
        if end > len(content):
            return
        yield content[start:end]
        start = end


def unpacked(increment: bytes) -> Any:
    """The increment itself."""
    return pickle.loads(increment[LENGTH.size :])


def read_from(path: Path, start: int) -> bytes | None:
    """What the file holds from `start` on; None where the worker has not begun yet."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read()
    except OSError:
        return None


@contextmanager
def growing(path: Path) -> Iterator[Callable[[bytes], object]]:
    """A file to append to. Where that fails, nothing is shown early: the answer comes all the same.

    Unbuffered, so that the server reads at once what was written, and all of it if this is killed.
    """
    with ExitStack() as stack:
        file: IO[bytes] | None = None
        with suppress(OSError):
            file = stack.enter_context(path.open("wb", buffering=0))

        def write(content: bytes) -> None:
            nonlocal file
            if file is None:
                return
            try:
                whole = file.write(content) == len(content)
            except OSError:
                whole = False
            if not whole:  # a full disk: what comes later must not follow a part
                file = None

        yield write
