"""`rollcall serve` in a process of its own, for tests that need a real server."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The checkout must not reach an installed package through PYTHONPATH.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@contextmanager
def serving(rollcall: Path | list[str], folder: Path, *options: str) -> Iterator[str]:
    """The address of `rollcall serve`, started in `folder` on a free port, once it is warm.

    Args:
        rollcall: the program, or a command that stands for it.
        folder: where it is started.
        options: further ones of `serve`.
    """
    program = rollcall if isinstance(rollcall, list) else [rollcall]
    command: list[str | Path] = [*program, "serve", "--port", "0", *options]
    environment = ENVIRONMENT | {"PYTHONUNBUFFERED": "1"}
    out, err = subprocess.PIPE, subprocess.STDOUT
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=out, stderr=err, text=True
    )
    too_late = threading.Timer(120, process.kill)
    too_late.start()
    try:
        assert process.stdout
        said = ""
        while not (url := re.search(r"http://127\.0\.0\.1:\d+", said)):
            line = process.stdout.readline()
            assert line, f"the server ended, having said:\n{said}"
            said += line
        too_late.cancel()  # it bounds the start alone
        yield url[0]
    finally:
        too_late.cancel()
        process.terminate()
        process.communicate()
