"""SIGTERM and SIGKILL while everything is under way: the server ends, and nothing of it is left."""

import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.processes import still_there, until
from prove.proof import tell
from prove.served import Server, served

HANGS = """
import threading
from torch import nn

class Net(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)

    def forward(self, x):
        threading.Event().wait()

class Other(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)
"""
TERM_SECONDS = 10.0  # three of them are uvicorn's patience with what is open
PATIENCE = 30.0
STREAMS, QUEUED, HALF = 20, 40, 20
CODES = {signal.SIGTERM: 0, signal.SIGKILL: -signal.SIGKILL}


def run() -> None:
    """Each signal, at a server of its own."""
    told, holds = [], True
    for number in (signal.SIGTERM, signal.SIGKILL):
        words, is_right = end_by(number)
        told.append(f"{number.name}: {words}")
        holds = holds and is_right
    tell(
        "signals",
        f"streams, waiting calls, a hung model and half requests do not hold a server up: SIGTERM "
        f"ends it within {TERM_SECONDS:g} s, and neither it nor SIGKILL leaves anything",
        "; ".join(told),
        holds,
    )


def end_by(number: signal.Signals) -> tuple[str, bool]:
    """How it ended, and whether that is as promised."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_:
        (Path(folder) / "hangs.py").write_text(HANGS)
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        options = ("--time-limit", "300", "hangs.py")
        with served(folder, *options, environment={"TMPDIR": str(temporary)}) as server:
            open_.enter_context(all_at_once(server))
            left = server.children
            started = time.monotonic()
            server.process.send_signal(number)
            server.process.wait()
            seconds = time.monotonic() - started
            gone = until(lambda: not still_there(left), PATIENCE)
            code, port, log = server.process.returncode, server.port, server.log
        kept = still_there(left)
        for each in kept:
            os.kill(each, signal.SIGKILL)
        files = [path.name for path in temporary.iterdir() if "torchinductor" not in path.name]
    is_right = (
        code == CODES[number]
        and seconds <= TERM_SECONDS
        and not kept
        and not files
        and not is_taken(port)
        and "Traceback" not in log
    )
    if not is_right:
        print(log, kept, files, file=sys.stderr)
    return (
        f"code {code} after {seconds:.1f} s, {len(kept)} of {len(left)} processes there "
        f"{gone:.1f} s later, {len(files)} files"
    ), is_right


@contextmanager
def all_at_once(server: Server) -> Iterator[None]:
    """Streams that play, calls that wait, a model that hangs, and requests half sent."""
    with ExitStack() as held:
        for number in range(STREAMS):
            stream = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            path = f"/dropout.stream?seed={number % 3}"
            stream.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            stream.recv(1)  # it plays
        server.ask("/registry?left=hangs.Net&right=hangs.Net")
        for number in range(QUEUED):
            server.ask(f"/registry?left=hangs.Net&right=hangs.Other&seed={number}")
        for _ in range(HALF):
            half = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            half.sendall(b"POST /registry HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nhalf")
        threading.Event().wait(1.0)  # all are there
        yield


def is_taken(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    run()
