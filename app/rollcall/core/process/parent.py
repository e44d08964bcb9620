"""A process that nobody waits for any more ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """From now on this process is killed when the one that forked it has ended. On Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_as(code: int) -> NoReturn:
    """End as another process did, whose exit code this is."""
    if code < 0:
        number = -code
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
        os.kill(os.getpid(), number)
    os._exit(code % 256)


@contextmanager
def ending_copies() -> Iterator[None]:
    """What forks inside the block makes a copy of us, which ends with the block."""
    own = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != own:
            os._exit(0)
