"""A filter of system calls: no network, and nothing that files or other processes keep from it.

A program of the processor-like language that Linux calls BPF. It looks at the number of a call and
at arguments that are numbers. docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rollcall.core.process.isolation.linux_calls import syscall

SET_MODE_FILTER = 1
EVERY_THREAD = 1
# Before Linux 5.16 a filter slows down all that is computed, unless this is asked for.
KEEP_SPECULATING = 1 << 2

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, FAIL_WITH = 0x7FFF0000, 0x00050000
NUMBER, PROCESSOR, FIRST, SECOND = 0, 4, 16, 24  # where in what is looked at
OTHER_ABI = 0x40000000  # numbers of x86-64 from which on calls have another meaning

PUSH_INPUT, PASTE = 0x5412, 0x541C  # of ioctl: to type into the terminal of who started us


class Processor(NamedTuple):
    """Numbers of one kind of processor."""

    word: int  # by which the system names it
    seccomp: int
    socket: int
    ioctl: int
    of_a_process: tuple[int, ...]  # which change how a process runs; the first argument says which
    of_many: tuple[int, ...]  # the same of several at a time
    change_files: tuple[int, ...]  # their owner, mode, times and attributes
    rings: int  # io_uring makes any call past this filter


# chmod, fchmod, chown, fchown, lchown, utime, setxattr and its kind, utimes, fchownat, fchmodat,
# futimesat, utimensat; then what every processor has had since.
X86_CHANGES = (90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 268, 261, 280)
ARM_CHANGES = (52, 53, 54, 55, 5, 6, 7, 14, 15, 16, 88)
NEWER_CHANGES = (452, 463, 466, 469)

PROCESSORS = {
    "x86_64": Processor(
        word=0xC000003E,
        seccomp=317,
        socket=41,
        ioctl=16,
        of_a_process=(302, 203, 144, 142, 314),
        of_many=(141, 251),
        change_files=(*X86_CHANGES, *NEWER_CHANGES),
        rings=425,
    ),
    "aarch64": Processor(
        word=0xC00000B7,
        seccomp=277,
        socket=198,
        ioctl=29,
        of_a_process=(261, 122, 119, 118, 274),
        of_many=(140, 30),
        change_files=(*ARM_CHANGES, *NEWER_CHANGES),
        rings=425,
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def is_known() -> bool:
    """Whether there is a filter for this machine, and the system takes one."""
    processor = PROCESSORS.get(platform.machine())
    if processor is None:
        return False
    try:
        syscall(processor.seccomp, SET_MODE_FILTER, KEEP_SPECULATING, 0)
    except OSError as error:
        return error.errno == errno.EFAULT  # it has looked for the filter that was not given
    return False


def refuse_calls(*, network: bool, writing: bool) -> None:
    """From now on these calls fail here, and in all that is started.

    Args:
        network: it may use the network.
        writing: it may change the modes and owners of files.

    Raises:
        OSError: the system refuses.
    """
    processor = PROCESSORS[platform.machine()]
    steps = b"".join(_steps(processor, network=network, writing=writing))
    content = ctypes.create_string_buffer(steps, len(steps))
    program = _Program(len(steps) // 8, ctypes.addressof(content))
    flags = EVERY_THREAD | KEEP_SPECULATING
    syscall(processor.seccomp, SET_MODE_FILTER, flags, ctypes.addressof(program))


def _steps(processor: Processor, *, network: bool, writing: bool) -> Iterator[bytes]:
    yield _step(LOAD, PROCESSOR)
    yield from _unless(EQUAL, processor.word, errno.EPERM)
    yield _step(LOAD, NUMBER)
    yield from _if(AT_LEAST, OTHER_ABI, [_fails(errno.ENOSYS)])
    yield from _if(EQUAL, processor.rings, [_fails(errno.ENOSYS)])
    pushes = [*_if(EQUAL, PUSH_INPUT, [_fails(errno.EPERM)])]
    pushes += [*_if(EQUAL, PASTE, [_fails(errno.EPERM)]), _step(RETURN, ALLOW)]
    yield from _if(EQUAL, processor.ioctl, [_step(LOAD, SECOND), *pushes])
    for number in processor.of_a_process:
        only_itself = [*_unless(EQUAL, 0, errno.EPERM), _step(RETURN, ALLOW)]
        yield from _if(EQUAL, number, [_step(LOAD, FIRST), *only_itself])
    for number in processor.of_many:
        yield from _if(EQUAL, number, [_fails(errno.EPERM)])
    if not network:
        # Also to programs on this machine: Docker's would do anything for who reaches it.
        yield from _if(EQUAL, processor.socket, [_fails(errno.EACCES)])
    if not writing:
        for number in processor.change_files:
            yield from _if(EQUAL, number, [_fails(errno.EACCES)])
    yield _step(RETURN, ALLOW)


def _if(comparison: int, value: int, then: Sequence[bytes]) -> Iterator[bytes]:
    yield _step(comparison, value, 0, len(then))
    yield from then


def _unless(comparison: int, value: int, error: int) -> Iterator[bytes]:
    yield _step(comparison, value, 1, 0)
    yield _fails(error)


def _fails(error: int) -> bytes:
    return _step(RETURN, FAIL_WITH | error)


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)
