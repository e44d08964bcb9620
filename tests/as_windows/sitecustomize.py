"""With this folder on PYTHONPATH, Roll Call's code finds what Windows has, and nothing else.

Python runs this file at the start of each process, so that workers have it, too. Python's own
library and PyTorch keep the system that they are on.
"""

import asyncio
import builtins
import ctypes
import multiprocessing
import os
import signal
import socket
import stat
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any, NoReturn

OURS = "rollcall"
MISSING_MODULES = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty")
# Python's documentation says "Availability: Unix" or "not Windows" of each.
MISSING_IN_OS = """
    chown chroot confstr ctermid fchown fork forkpty fpathconf geteuid getegid getgid getgroups
    getloadavg getpgid getpgrp getpriority getresuid getsid getuid initgroups killpg lchown lockf
    major makedev memfd_create minor mkfifo mknod nice openpty pathconf pidfd_open pipe2
    posix_fadvise posix_fallocate posix_spawn pread preadv pwrite pwritev readv register_at_fork
    sched_getaffinity sched_setaffinity sched_yield sendfile setegid seteuid setgid setgroups
    setpgid setpriority setresuid setsid setuid statvfs fstatvfs sync sysconf tcgetpgrp tcsetpgrp
    ttyname uname wait wait3 wait4 waitid writev
    O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH
    O_SYNC WCOREDUMP WEXITSTATUS WIFEXITED WIFSIGNALED WIFSTOPPED WNOHANG WTERMSIG WUNTRACED
"""
SIGNALS = ("SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM", "SIG_DFL", "SIG_IGN")
IN_SIGNAL = """
    Handlers NSIG Signals default_int_handler getsignal raise_signal set_wakeup_fd signal strsignal
    valid_signals
"""


class AsOnWindows(ModuleType):
    """A module without some names, or with others in their place. What is set in it, is set."""

    def __init__(
        self, module: ModuleType, missing: Sequence[str] = (), other: Mapping[str, Any] = {}
    ) -> None:
        super().__init__(module.__name__, module.__doc__)
        vars(self).update(_module=module, _missing=frozenset(missing), _other=dict(other))

    def __getattr__(self, name: str) -> Any:
        if name in self._missing:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name in self._other:
            return self._other[name]
        return getattr(self._module, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._module, name, value)


def _start_methods() -> list[str]:
    return ["spawn"]


def _context(method: str | None = None) -> Any:
    if method not in (None, "spawn"):
        raise ValueError(f"cannot find context for {method!r}")
    return _get_context("spawn")


def _library(name: str | None, *args: Any, **kwargs: Any) -> ctypes.CDLL:
    if name is None:
        raise TypeError("argument of type 'NoneType' is not iterable")
    return ctypes.CDLL(name, *args, **kwargs)


def _poll(self: Connection, timeout: float | None = 0.0) -> bool:
    """One that was closed at its other end raises; of another system it says that it is read."""
    is_heard = _poll_here(self, timeout)
    if is_heard and stat.S_ISSOCK(os.fstat(self.fileno()).st_mode):
        with socket.socket(fileno=os.dup(self.fileno())) as end:
            if not end.recv(1, socket.MSG_PEEK):
                raise BrokenPipeError
    return is_heard


def _no_reader(*args: object) -> NoReturn:
    raise NotImplementedError


def _missing_signals() -> list[str]:
    return [name for name in dir(signal) if name not in (*SIGNALS, *IN_SIGNAL.split())]


_import, _get_context, _poll_here = (
    builtins.__import__,
    multiprocessing.get_context,
    Connection.poll,
)
STANDINS: dict[str, ModuleType] = {
    "ctypes": AsOnWindows(ctypes, other={"CDLL": _library}),
    "multiprocessing": AsOnWindows(
        multiprocessing,
        other={"get_all_start_methods": _start_methods, "get_context": _context},
    ),
    "os": AsOnWindows(os, MISSING_IN_OS.split(), {"name": "nt"}),
    "signal": AsOnWindows(signal, _missing_signals()),
    "socket": AsOnWindows(socket, ("AF_UNIX", "SO_REUSEPORT", "send_fds", "recv_fds")),
    "sys": AsOnWindows(sys, other={"platform": "win32"}),
}


def import_as_on_windows(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> ModuleType:
    """What an import statement does; for those of our code, on Windows."""
    importer = str((globals or {}).get("__name__", "")).partition(".")[0]
    if importer != OURS or level:
        return _import(name, globals, locals, fromlist, level)
    if name in MISSING_MODULES:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    found = _import(name, globals, locals, fromlist, level)
    if fromlist and "." in name:
        return found
    return STANDINS.get(found.__name__, found)


_python: Any = builtins
_python.__import__ = import_as_on_windows
_connection: Any = Connection
_connection.poll = _poll
_loop: Any = asyncio.SelectorEventLoop
_loop.add_reader = _no_reader
