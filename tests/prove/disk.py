"""The folder for temporary files is full, then read-only: pages come, and models are told why."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.proof import tell
from prove.served import ROLLCALL, Server, served

WRITES = """
import tempfile
from torch import nn

class Net(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)

    def forward(self, x):
        with tempfile.TemporaryFile() as file:
            file.write(b"x" * 100_000)
        return super().forward(x)
"""
PAGES = ("/registry?seed={}", "/preflight?seed={}", "/saving?steps=3&seed={}", "/loops?seed={}")
FULL = "[Errno 28] No space left on device"
READ_ONLY = "[Errno 30] Read-only file system"


def run() -> None:
    """Fill it while the server runs, kill its workers, and make room again."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "writes.py").write_text(WRITES)
        small = Path(folder) / "small"
        small.mkdir()
        # A file system of its own, which this server alone sees: no privilege is needed for it.
        script = f'mount -t tmpfs -o size=2m none {small} && exec "$@"'
        mount = ("unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh")
        with served(
            folder, "writes.py", before=mount, environment={"TMPDIR": str(small)}
        ) as server:
            before = ask_all(server, 0)
            filled = Path(f"/proc/{server.process.pid}/root{small}/full")
            fill(filled)
            full = ask_all(server, 1)
            for child in server.children:
                os.kill(child, 9)
            replaced = ask_all(server, 2)
            filled.unlink()
            remount(server, small, "ro")
            read_only = ask_all(server, 3)
            remount(server, small, "rw")
            after = ask_all(server, 4)
            log = server.log
        nowhere = subprocess.run(
            ["prlimit", "--fsize=0", ROLLCALL, "serve", "--port", "0"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    refused = nowhere.stderr.count("\n") == 1 and "TMPDIR=" in nowhere.stderr
    tell(
        "disk",
        "where temporary files find no room, or may not be written, pages come and a model that "
        "writes one is told; a server that starts so says it in a line",
        f"pages and what the model was told: {before} before, {full} full, {replaced} with fresh "
        f"workers, {read_only} read-only, {after} with room; "
        f"at the start {nowhere.stderr.strip()!r}",
        before == after == (len(PAGES), "nothing")
        and full == replaced == (len(PAGES), FULL)
        and read_only[0] == len(PAGES)
        and read_only[1].startswith(READ_ONLY)
        and refused
        and "Traceback" not in log,
    )


def remount(server: Server, folder: Path, how: str) -> None:
    """Change how its file system is mounted, for the server alone."""
    where = ("nsenter", "-t", str(server.process.pid), "-U", "-m", "--preserve-credentials")
    subprocess.run([*where, "mount", "-o", f"remount,{how}", folder], check=True)


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return


def ask_all(server: Server, number: int) -> tuple[int, str]:
    """How many pages came, and what a model that writes was told."""
    answers = [server.get(path.format(number)) for path in PAGES]
    path = f"/dropout.json?left=writes.Net&right=writes.Net&seed={number}"
    told = server.get(path)
    for answer in (*answers, told):
        if answer.status != 200:
            print(answer, file=sys.stderr)
    raised = json.loads(told.text)["left"]["raised"]
    words = "nothing"
    if raised is not None:
        words = raised["message"]
    return sum(answer.status == 200 for answer in answers), words


if __name__ == "__main__":
    run()
