"""What the tests of the workers have done in a worker."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from rollcall.core.process.namespaces import _watched
from rollcall.core.query import InvalidParameter
from rollcall.lab import left_memory
from rollcall.lab.channel import SPENT
from rollcall.lab.worker import _end_if_spent

Show = Callable[[bytes], object]
HANG = "import threading; threading.Event().wait()"


def collections() -> bytes:
    """How often garbage was looked for everywhere."""
    return str(gc.get_stats()[2]["collections"]).encode()


def times_let_go() -> bytes:
    """The counter of the calls after which this worker has let go of what they left."""
    return repr(left_memory._calls).encode()


def lookups_of_names() -> bytes:
    """How often what is watched was asked for, and how often it was found out."""
    info = _watched.cache_info()
    return f"{info.hits} {info.misses}".encode()


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


def die_at_first(mark: str, times: int, show: Show | None = None) -> bytes:
    """Be killed so many times, as a file tells from one time to the next."""
    if show:
        show(b"a part")
    with Path(mark).open("a+") as file:
        file.write("x")
        died = file.tell()
    if died <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return b"survived"


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
    program = subprocess.Popen([sys.executable, "-c", HANG])
    return str(program.pid).encode()


def kill_what_started_it() -> NoReturn:
    os.kill(os.getppid(), signal.SIGKILL)
    hang()


def leave_a_daemon(path: str, then_hang: bool) -> bytes:
    """It has a session of its own, and nobody of ours is its parent."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            hang_as(path)
        os._exit(0)
    os.wait()
    while not Path(path).exists():
        threading.Event().wait(0.01)
    if then_hang:
        hang()
    _end_if_spent()
    return b"done"


def hang_as(path: str) -> NoReturn:
    Path(f"{path}.new").write_text(str(os.getpid()))
    Path(f"{path}.new").rename(path)
    hang()


def take_memory(number_of_bytes: int) -> bytes:
    return str(len(bytearray(number_of_bytes))).encode()


def open_files(number: int) -> bytes:
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(number)]
    return str(len(files)).encode()


def temporary_folder() -> bytes:
    return tempfile.gettempdir().encode()


def leave_files_that_nobody_can_remove(then_hang: bool) -> bytes:
    """Folders one below the other, longer than any path may be, and one that is closed."""
    os.chdir(tempfile.mkdtemp())
    for _ in range(1_500):
        Path("deeper").mkdir()
        os.chdir("deeper")
    Path("file").write_text("left")
    Path("closed").mkdir(mode=0)
    if then_hang:
        hang()
    return b"done"


def leave_files_open(number: int) -> bytes:
    """So many, and one that was removed."""
    for _ in range(number):
        os.open(os.devnull, os.O_RDONLY)
    if not number:
        _, path = tempfile.mkstemp()
        Path(path).unlink()
    _end_if_spent()
    return pid()
