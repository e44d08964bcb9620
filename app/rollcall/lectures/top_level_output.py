"""What a lecture file prints while it is run: kept, and not written to the terminal."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

MOST_BYTES = 4_000  # that are kept of one run


class TopLevelOutput:
    """What was printed so far, to both streams, as a terminal would show it."""

    def __init__(self) -> None:
        self._kept = _Beginning()

    @property
    def text(self) -> str:
        """The beginning of it, and how much more there was."""
        text = bytes(self._kept.content).decode("utf-8", "replace").rstrip()
        more = self._kept.size - len(self._kept.content)
        if more:
            text += f"\n… and {more:,} more bytes"
        return text

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is printed inside the block; a stream that the file put there stays."""
        before = sys.stdout, sys.stderr
        streams = [self._stream_for(each) for each in before]
        sys.stdout, sys.stderr = streams
        try:
            yield
        finally:
            for stream in streams:
                stream.flush()
            if sys.stdout is streams[0]:
                sys.stdout = before[0]
            if sys.stderr is streams[1]:
                sys.stderr = before[1]

    def _stream_for(self, terminal: TextIO) -> io.TextIOWrapper:
        buffer = _Shared(self._kept, terminal)
        return io.TextIOWrapper(buffer, "utf-8", errors="replace", write_through=True)


class _Beginning:
    """The first bytes of all."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.size = 0


class _Shared(io.BufferedIOBase):
    """A stream that both wrappers write to."""

    name = "<top-level output>"

    def __init__(self, kept: _Beginning, terminal: TextIO) -> None:
        self._kept = kept
        self._terminal = terminal

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        written = bytes(content)  # type: ignore[call-overload]  # any buffer
        room = MOST_BYTES - len(self._kept.content)
        self._kept.content += written[:room]
        self._kept.size += len(written)
        return len(written)

    def fileno(self) -> int:
        # faulthandler and the like ask for a number, and take no other answer.
        return self._terminal.fileno()
