"""A process above each worker that ends whatever the worker started, however that ends.

Linux alone has what this takes. The keeper runs nothing of a lecture file. Orphans become its
children, so that none gets away by a double fork or a session of its own.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import parent_process
from pathlib import Path
from typing import NoReturn

from rollcall.core.process.parent import end_as

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

LOOK_AGAIN = 0.005  # seconds

_keeper: int | None = None  # of this worker


def is_available() -> bool:
    """Whether workers are kept here, and end with the server even where that is killed."""
    return sys.platform == "linux" and Path("/proc/thread-self/children").exists()


def is_kept() -> bool:
    """Whether a worker that was just started has its fork server as parent, as keepers need it.

    Fresh interpreters are children of a thread of the server, and that thread's end is no news.
    """
    server = parent_process()
    return is_available() and server is not None and server.pid != os.getppid()


def keep(*connections: int, at_the_end: Callable[[], object]) -> None:
    """Divide this process: the keeper never returns from here, the worker does.

    Args:
        connections: files of the worker alone.
        at_the_end: called by the keeper when all that the worker started has ended.
    """
    global _keeper
    if not is_kept():
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, _signals())
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    _end_with(os.getppid(), signal.SIGTERM)
    keeper = os.getpid()
    worker = os.fork()
    if worker:
        for connection in connections:
            os.close(connection)
        _watch(worker, at_the_end)
    _end_with(keeper, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _signals())
    _keeper = keeper


def leaves_children() -> bool:
    """Whether something that this worker started still runs."""
    if _keeper is None:
        return False
    of_ours = any(_children(path) for path in Path("/proc/self/task").iterdir())
    orphans = set(_children(Path(f"/proc/{_keeper}/task/{_keeper}"))) - {os.getpid()}
    return of_ours or bool(orphans)


def _signals() -> tuple[signal.Signals, ...]:
    """That the server ended, and that a child did. Windows has no second, and imports us, too."""
    return (signal.SIGTERM, signal.SIGCHLD)


def _watch(worker: int, at_the_end: Callable[[], object]) -> NoReturn:
    status = None
    while status is None:
        if signal.sigwait(_signals()) == signal.SIGTERM:
            os.kill(worker, signal.SIGKILL)
            _, status = os.waitpid(worker, 0)
        else:
            status = _reaped(worker)
    _end_children()
    at_the_end()
    end_as(os.waitstatus_to_exitcode(status))


def _reaped(worker: int) -> int | None:
    """Take leave of those that ended; how the worker did, if it is one of them."""
    found = None
    with suppress(ChildProcessError):
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            if process == worker:
                found = status
    return found


def _end_children() -> None:
    """End all, and those that become ours thereby."""
    with suppress(ChildProcessError):
        while True:
            for process in _children(Path("/proc/thread-self")):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended:  # the list may have missed one that came meanwhile
                time.sleep(LOOK_AGAIN)


def _children(thread: Path) -> list[int]:
    try:
        return [int(number) for number in (thread / "children").read_text().split()]
    except OSError:  # the thread has ended
        return []


def _end_with(parent: int, number: signal.Signals) -> None:
    """Be sent a signal when the parent ends, also where it has ended already."""
    _prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
