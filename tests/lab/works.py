"""What the tests of the workers have done in a worker."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from rollcall.core.query import InvalidParameter
from rollcall.lab.worker import SPENT

Show = Callable[[bytes], object]


def pid() -> bytes:
    return str(os.getpid()).encode()


def echo(content: bytes) -> bytes:
    return content


def refuse() -> NoReturn:
    raise InvalidParameter("left", "no.Such", ("net.Net",), "is nowhere")


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise ValueError


def raise_(kind: str) -> NoReturn:
    raise {
        "error": ValueError("words"),
        "interrupt": KeyboardInterrupt("words"),
        "long": ValueError("x" * 1_000_000),
        "unspeakable": Unspeakable(),
    }[kind]


def leave(exit_code: int) -> NoReturn:
    os._exit(exit_code)


def hang() -> NoReturn:
    while True:
        threading.Event().wait()


def parts(*shown: bytes, show: Show) -> bytes:
    for part in shown:
        show(part)
    return b"all"


def parts_before_it_is_spent(*shown: bytes, show: Show) -> bytes:
    from rollcall.lab import worker

    for part in shown:
        show(part)
    if not worker._single_use:
        os._exit(SPENT)
    return b"all"


def write_garbage() -> NoReturn:
    """Into whatever this process has open, as a hostile file may."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\xff" * 64)
        except OSError:
            continue
    hang()


def leave_a_child_behind() -> NoReturn:
    """It has every file open that this process has."""
    if os.fork() == 0:
        hang()
    os._exit(7)


def start_a_program() -> bytes:
    program = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    return str(program.pid).encode()


def kill_what_started_it() -> NoReturn:
    os.kill(os.getppid(), signal.SIGKILL)
    hang()
