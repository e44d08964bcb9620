"""Landlock: a process gives up for good to write files, but in some places.

Linux has it since 5.13, for every user. A process in it cannot look into the memory of one that is
not, and from Linux 6.12 on sends it no signals. docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from rollcall.core.process.isolation.linux_calls import syscall

# The same numbers on every processor.
CREATE_RULESET = 444
ADD_RULE = 445
RESTRICT_SELF = 446
ASK_VERSION = 1
BELOW_A_PATH = 1
OF_FILES = 1 << 1 | 1 << 14 | 1 << 15  # to write, to truncate, to control a device

# Bits of what is given up, by the version that knows them.
RIGHTS = {
    1: 1 << 1 | sum(1 << bit for bit in range(4, 13)),  # to write a file, to remove and make any
    2: 1 << 13,  # to move one to another folder
    3: 1 << 14,  # to truncate one
    5: 1 << 15,  # to control a device
}
TCP = 1 | 1 << 1  # to listen and to connect, since version 4
ABSTRACT_SOCKETS, SIGNALS = 1, 1 << 1  # to processes outside, since version 6
NETWORK_SINCE = 4
SIGNALS_SINCE = 6

PLAIN_DEVICES = ("null", "zero", "full", "random", "urandom")
COMPUTING = ("nvidia*", "nvidia-caps/*", "kfd", "dri/*", "dxg", "accel/*", "infiniband/*")
SHARED_MEMORY = Path("/dev/shm")  # where share_memory() puts the tensors of a model


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _BelowPath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Which one this system has; 0: none, or it is turned off."""
    try:
        return syscall(CREATE_RULESET, 0, 0, ASK_VERSION)
    except OSError:
        return 0


def keep_in(folder: Path | None, *, network: bool, writing: bool) -> None:
    """From now on this process is kept from files and from other processes, with all it starts.

    Args:
        folder: of its own, in which it may write; None: it has none.
        network: it may use TCP.
        writing: it may write wherever its user may.

    Raises:
        OSError: the system refuses.
    """
    known = version()
    rights = 0
    if not writing:
        rights = sum(bits for since, bits in RIGHTS.items() if since <= known)
    wanted = _Ruleset(files=rights)
    if known >= NETWORK_SINCE and not network:
        wanted.tcp = TCP
    if known >= SIGNALS_SINCE:
        wanted.scoped = ABSTRACT_SOCKETS | SIGNALS
    if not (wanted.files or wanted.tcp or wanted.scoped):
        return
    rules = syscall(CREATE_RULESET, ctypes.addressof(wanted), ctypes.sizeof(wanted), 0)
    try:
        if rights:
            for place in _places(folder):
                _allow(rules, place, rights)
        syscall(RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _places(folder: Path | None) -> Iterable[Path]:
    if folder is not None:
        yield folder
    yield SHARED_MEMORY
    for pattern in (*PLAIN_DEVICES, *COMPUTING):
        yield from Path("/dev").glob(pattern)


def _allow(rules: int, place: Path, rights: int) -> None:
    with suppress(FileNotFoundError, PermissionError):
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(opened).st_mode):
                rights &= OF_FILES
            rule = _BelowPath(rights=rights, folder=opened)
            syscall(ADD_RULE, rules, BELOW_A_PATH, ctypes.addressof(rule), 0)
        finally:
            os.close(opened)
