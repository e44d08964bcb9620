"""Where a worker writes temporary files, and who removes them when it is gone."""

import multiprocessing
import multiprocessing.util
import tempfile
from pathlib import Path
from typing import NamedTuple, Self

from rollcall.core.process.own_folder import remove

PREFIX = "rollcall-worker-"


class WorkerFolder(NamedTuple):
    """Made by the server, and removed by whoever sees the end of the worker."""

    own: Path | None  # None: the server can write nowhere either
    of_server: Path | None  # what multiprocessing leaves where the server is killed

    @classmethod
    def made(cls) -> Self:
        """A fresh one, below that of the server's temporary files."""
        try:
            of_server = Path(multiprocessing.util.get_temp_dir())
            return cls(Path(tempfile.mkdtemp(prefix=PREFIX)), of_server)
        except OSError:
            return cls(None, None)

    def remove(self) -> None:
        """Remove it: its worker has ended."""
        if self.own is not None:
            remove(self.own)

    def remove_by_keeper(self) -> None:
        """The same, and what the server left if it has ended, too."""
        self.remove()
        server = multiprocessing.parent_process()
        if self.of_server is not None and server is not None and not server.is_alive():
            remove(self.of_server)


NO_FOLDER = WorkerFolder(None, None)
