"""A server of its own for each proof, and what is asked of it."""

import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from processes import descendants
from serving import ENVIRONMENT

ROLLCALL = str(Path(sysconfig.get_path("scripts")) / "rollcall")
START_SECONDS = 120.0
NO_ANSWER = 0  # a status


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    text: str
    seconds: float


@dataclass
class Server:
    """One that runs."""

    process: "subprocess.Popen[str]"
    url: str = ""
    said: list[str] = field(default_factory=list)  # lines, in order
    _ready: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 0

    @property
    def log(self) -> str:
        """All that it said."""
        return "".join(self.said)

    @property
    def children(self) -> list[int]:
        """All processes below it."""
        return descendants(self.process.pid)

    def get(self, path: str, seconds: float = 60.0, address: str = "127.0.0.1") -> Answer:
        """Ask for a path from an address of ours; status 0 is no answer."""
        started = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, seconds, (address, 0))
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            status, text = response.status, response.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            status, text = NO_ANSWER, repr(error)
        finally:
            connection.close()
        return Answer(status, text, time.monotonic() - started)

    def ask(self, path: str, seconds: float = 600.0) -> threading.Thread:
        """Ask without waiting."""
        thread = threading.Thread(target=self.get, args=(path, seconds), daemon=True)
        thread.start()
        return thread

    def read(self) -> None:
        """Take in what it says."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if "ready after" in line:
                self.url = "http://" + line.split("http://")[1].strip(" /\n")
                self._ready.set()
        self._ready.set()  # or it has ended

    def wait_until_ready(self) -> None:
        """Wait for its address."""
        assert self._ready.wait(START_SECONDS), self.log
        assert self.url, f"the server ended, having said:\n{self.log}"


@contextmanager
def served(
    folder: Path | str,
    *options: str,
    before: Sequence[str] = (),
    environment: Mapping[str, str] = {},
) -> Iterator[Server]:
    """`rollcall serve`, started in a folder on a free port, once it is warm.

    Args:
        folder: where it is started.
        options: further ones of `serve`.
        before: a command that starts what follows it, such as `prlimit`.
        environment: further variables.
    """
    process = subprocess.Popen(
        [*before, ROLLCALL, "serve", "--port", "0", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1", **environment},
        text=True,
        errors="replace",
    )
    server = Server(process)
    reader = threading.Thread(target=server.read, daemon=True)
    reader.start()
    try:
        server.wait_until_ready()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(5)
