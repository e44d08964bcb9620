"""Files that mean harm: what they write, whom they reach, and what is left when they are gone."""

import json
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does

from prove.harm import GOOD, HARM
from prove.processes import named, until
from prove.proof import tell
from prove.served import Server, served
from rollcall.core.process.isolation import landlock, seccomp

MARK = "rollcall-harm"  # an argument by which a process of theirs is found
MODELS = ("Writes", "Reaches", "Others", "Leaves")
NOTHING = "managed []"


def managed(server: Server, model: str) -> str:
    """What a model managed to do, in its own words."""
    answer = server.get(f"/modes.json?left=harm.{model}&right=good.Net")
    if answer.status != HTTPStatus.OK:
        return f"{model} gets status {answer.status}"
    column = json.loads(answer.text)["left"]
    del column["source"]  # which has such words, too
    told = set(re.findall(r"managed \[[^\]]*\]", json.dumps(column)))
    if told == {NOTHING}:
        return ""
    return f"{model} {' '.join(told) or 'said nothing'}"


@contextmanager
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with the server."""
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(sleep, stdout=nowhere, stderr=nowhere)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def is_as_it_was(process: subprocess.Popen[bytes]) -> bool:
    """Whether it sleeps, as it was told to."""
    if process.poll() is not None:
        return False
    told = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    return told == "S"


@contextmanager
def listening(folder: Path) -> Iterator[list[socket.socket]]:
    """Two services of this machine, that nobody is to reach."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(folder / "socket"))
        unix.listen()
        tcp.setblocking(False)
        unix.setblocking(False)
        yield [tcp, unix]


def was_reached(service: socket.socket) -> bool:
    """Whether somebody has connected."""
    try:
        service.accept()
    except BlockingIOError:
        return False
    return True


def seen_while_serving(folder: Path, temporary: Path) -> list[str]:
    """Let each try. What they manage, and what is left of them while the server runs."""
    problems = []
    options = ("--no-course", "--time-limit", "60", "good.py", "harm.py")
    with served(folder, *options, environment={"TMPDIR": str(temporary)}) as server:
        for model in MODELS:
            problems.append(managed(server, model))
            healthy = server.get("/registry.json?left=good.Net&right=good.Net")
            if healthy.status != HTTPStatus.OK or json.loads(healthy.text)["left"]["raised"]:
                problems.append(f"after {model} a healthy model has no page")
        until(lambda: not named(MARK), 10)
        if named(MARK):
            problems.append("a process is left")
        if left := len(list(temporary.glob("rollcall-worker-*/*"))):
            problems.append(f"{left} files are left")
    return [each for each in problems if each]


def run() -> None:
    """Let each try, and look from outside at what has become of it."""
    problems = []
    if landlock.version() < landlock.SIGNALS_SINCE or not seccomp.is_known():
        problems.append("this system lacks Landlock 6 or seccomp")
    with tempfile.TemporaryDirectory() as outer, bystander() as other:
        folder, temporary = Path(outer) / "course", Path(outer) / "temporary"
        folder.mkdir()
        temporary.mkdir()
        with listening(folder) as services:
            harm = HARM.replace("TCP", str(services[0].getsockname()[1])).replace("MARK", MARK)
            (folder / "harm.py").write_text(harm.replace("BYSTANDER", str(other.pid)))
            (folder / "good.py").write_text(GOOD)
            before = sorted(folder.iterdir())
            problems += seen_while_serving(folder, temporary)
            if any(map(was_reached, services)):
                problems.append("a service was reached")
        if sorted(folder.iterdir()) != before or (folder / "good.py").read_text() != GOOD:
            problems.append("a file has changed")
        if not is_as_it_was(other):
            problems.append("another process was ended or stopped")
    tell(
        "isolation",
        "a file that means harm writes, reaches, ends and leaves nothing",
        "; ".join(problems)
        or f"{harm.count('lambda') + 3} attempts of {len(MODELS)} models failed",
        not problems,
    )


if __name__ == "__main__":
    run()
