"""Whoever may read everything, as root may, gives that up for a while."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

VERSION = 0x20080522  # of the call, with two words for each set
READS_ALL = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
Header = ctypes.c_uint32 * 2
Sets = ctypes.c_uint32 * 6


@contextmanager
def without_privileges() -> Iterator[None]:
    """Modes of files hold for this thread, and for what it forks, as they do for a user."""
    if os.geteuid() != 0:
        yield
        return
    assert sys.platform == "linux", "only Linux takes it from root"
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = Header(VERSION, 0), Sets()
    assert libc.capget(header, sets) == 0
    before = sets[0]
    sets[0] = before & ~READS_ALL
    assert libc.capset(header, sets) == 0
    try:
        yield
    finally:
        sets[0] = before
        assert libc.capset(header, sets) == 0
