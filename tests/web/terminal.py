"""`rollcall serve` as a terminal starts it: what it says is heard, and Ctrl+C can be pressed."""

import os
import re
import signal
import subprocess
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from serving import ENVIRONMENT

ROLLCALL = Path(sysconfig.get_path("scripts")) / "rollcall"
IMPORTING = "Roll Call: importing PyTorch and warming up the lab ...\n"


@contextmanager
def serve(
    *options: str, program: Path = ROLLCALL, folder: Path | None = None
) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A server that leads a process group, as in a terminal; killed if the test forgets it.

    Args:
        options: those of `serve`.
        program: what is started.
        folder: where; None: here.
    """
    command = [str(program), "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has them and theirs ignore Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    too_late = threading.Timer(60, os.killpg, (process.pid, signal.SIGKILL))
    too_late.start()
    try:
        assert process.stderr
        with process.stderr as said:
            yield process, said
        assert not too_late.finished.is_set(), "it had to be killed"
    finally:
        too_late.cancel()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def listen_to(said: IO[str], until: str) -> str:
    heard = ""
    for line in said:
        heard += line
        if re.search(until, line):
            return heard
    pytest.fail(f"it ended, having said:\n{heard}")


def fits(heard: str, host: str) -> str:
    """The address in what a server says at its start, which must be these lines."""
    imported = (
        r"Roll Call: PyTorch is there after \d+\.\d s; 1 worker tries every experiment \.\.\.\n"
    )
    ready = (
        rf"Roll Call: ready after \d+\.\d s at (http://{re.escape(host)}:\d+/)\n"
        r"(?:Roll Call: models .*\n)+"  # what they are kept from, and may do
        r"Roll Call: Ctrl\+C stops it\n"
    )
    told = re.fullmatch(re.escape(IMPORTING) + imported + ready, heard)
    assert told, heard
    return told[1]
