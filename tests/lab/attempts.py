"""What a model may try in a worker, and what it is told."""

import json
import multiprocessing
import os
import resource
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from rollcall.core.process.isolation.isolation import isolation
from rollcall.core.process.isolation.kept_from import kept_from

NOWHERE = "https://example.invalid/net.pt"
CONNECTS = "import socket; socket.socket()"


def attempts(outside: str, server: int) -> bytes:
    """What comes of each, as JSON: the exception, and what the page says it was kept from.

    Args:
        outside: a folder with a file called `file`, which the user may write.
        server: a process of the user's.
    """
    found = {name: _outcome(attempt) for name, attempt in _all(Path(outside), server).items()}
    threads = len(list(Path("/proc/self/task").iterdir()))
    return json.dumps([isolation().model_dump(), threads, found]).encode()


def _all(outside: Path, server: int) -> dict[str, Callable[[], object]]:
    file, own = outside / "file", Path(tempfile.gettempdir())
    program = [sys.executable, "-c", CONNECTS]
    return {
        "read": file.read_text,
        "write": lambda: file.write_text("changed"),
        "make": lambda: (outside / "new").write_text("new"),
        "save": lambda: torch.save({}, outside / "net.pt"),
        "truncate": lambda: os.truncate(file, 0),
        "remove": file.unlink,
        "move": lambda: file.rename(outside / "other"),
        "make a folder": (outside / "folder").mkdir,
        "close": lambda: file.chmod(0),
        "age": lambda: os.utime(file, (0, 0)),
        "save in its own": lambda: torch.save({}, own / "own.pt"),
        "connect": socket.socket,
        "send": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
        "listen to the system": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "ask": lambda: urllib.request.urlopen(NOWHERE),
        "load weights": lambda: torch.hub.load_state_dict_from_url(NOWHERE, model_dir=str(own)),
        "connect to Docker": lambda: socket.socket(socket.AF_UNIX),
        "connect in a program": lambda: subprocess.run(program, check=True),
        "end": lambda: os.kill(server, 0),
        "look into": lambda: Path(f"/proc/{server}/mem").open("rb"),
        "read its secrets": lambda: Path(f"/proc/{server}/environ").read_bytes(),
        "bound": lambda: resource.prlimit(server, resource.RLIMIT_CPU, (1, 1)),
        "rule": lambda: socket.sethostname(socket.gethostname()),  # as root may
        "slow down": lambda: os.setpriority(os.PRIO_PROCESS, server, 19),
        "share": nn.Linear(2, 2).share_memory,
        "lock": multiprocessing.Lock,
        "speak to itself": socket.socketpair,
    }


def _outcome(attempt: Callable[[], object]) -> tuple[str, str | None]:
    try:
        attempt()
    except Exception as error:
        return type(error).__name__, kept_from(error)
    return "done", None


def allowed(outside: str) -> bytes:
    """What a worker does that may do everything."""
    file = Path(outside) / "file"
    file.chmod(0o600)
    file.write_text("changed")
    socket.socket().close()
    return file.read_bytes()
