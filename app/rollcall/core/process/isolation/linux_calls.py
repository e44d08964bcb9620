"""Calls of Linux that Python has no function for."""

import ctypes
import os
from functools import cache

NO_NEW_PRIVILEGES = 38  # of prctl
THIRD_FORM = 0x20080522  # of capabilities
FILES_OF_OTHERS = 1 << 1 | 1 << 2  # to read and write them as root does: CAP_DAC_*


class _WhoseCapabilities(ctypes.Structure):
    _fields_ = (("form", ctypes.c_uint32), ("process", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable"))


def syscall(number: int, *arguments: int) -> int:
    """What the system answers.

    Raises:
        OSError: it refuses.
    """
    answer: int = _libc().syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    _check(answer)
    return answer


def gain_no_privileges() -> None:
    """From now on no program that is started here runs as another user."""
    _check(_libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))


def drop_privileges() -> None:
    """Give up for good what root may and others may not, but for reading the files of others."""
    own = _WhoseCapabilities(THIRD_FORM, 0)
    held = (_Capabilities * 2)()
    _check(_libc().capget(ctypes.byref(own), held))
    for half, kept in zip(held, (FILES_OF_OTHERS, 0), strict=True):
        half.permitted &= kept
        half.effective &= kept
        half.inheritable = 0
    _check(_libc().capset(ctypes.byref(own), held))
    gain_no_privileges()


@cache
def _libc() -> ctypes.CDLL:
    """Not at once: Windows has none by this name, and imports us, too."""
    return ctypes.CDLL(None, use_errno=True)


def _check(answer: int) -> None:
    if answer == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
