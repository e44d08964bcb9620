"""What a call under way has to show: a file that its worker replaces whole, and the server reads when it likes."""

import hashlib
import shutil
import tempfile
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Board:
    """One file. Neither side waits for the other, and a worker that is killed leaves what it put up last."""

    path: Path

    def put(self, content: bytes) -> None:
        """Replace what is there. Where that cannot be done nothing is: the call has its answer for itself."""
        with suppress(OSError):
            self._draft.write_bytes(content)
            self._draft.replace(self.path)

    def read(self) -> bytes | None:
        """What was put up last."""
        with suppress(OSError):
            return self.path.read_bytes()
        return None

    def clear(self) -> None:
        """Leave nothing behind."""
        for path in (self._draft, self.path):
            path.unlink(missing_ok=True)

    @property
    def _draft(self) -> Path:
        return self.path.with_suffix(".draft")


class Boards:
    """A folder of boards, one for each call."""

    def of(self, call: Hashable) -> Board:
        """The board of one call."""
        return Board(self._folder / hashlib.sha256(repr(call).encode()).hexdigest())

    def close(self) -> None:
        """Remove them all."""
        if "_folder" in vars(self):
            shutil.rmtree(self._folder, ignore_errors=True)

    @cached_property
    def _folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="rollcall-"))
