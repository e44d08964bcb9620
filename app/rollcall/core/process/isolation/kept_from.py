"""Whether an exception of a model's comes of what its process is kept from."""

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from rollcall.core.process.isolation.isolation import isolation
from rollcall.core.wire import is_elsewhere

KeptFrom = Literal["network", "writing", "memory", "files", "disk", "nodes"]
PASSING: KeptFrom = "disk"  # of these, what another try may not meet

LONGEST_CHAIN = 20  # of exceptions, each with the next as its cause
DENIED = (errno.EACCES, errno.EPERM)
DENIED_BY_CODE_IN_C = "ermission denied"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
NO_MEMORY = ("can't allocate memory", "Cannot allocate memory", "bad_alloc")

_bounded: frozenset[KeptFrom] = frozenset()


def bound(*what: KeptFrom) -> None:
    """This process has a limit of memory or of open files."""
    global _bounded
    _bounded = frozenset(what)


def kept_from(error: BaseException) -> KeptFrom | None:
    """What it was kept from; None where the same happens to a script."""
    for each in _chain(error):
        found = _network(each) or _writing(each) or _bound_reached(each)
        if found:
            return found
    return _not_sent(error)


def is_passing(error: BaseException) -> bool:
    """Whether it says nothing of the model: another try may go well."""
    return kept_from(error) == PASSING


def _chain(error: BaseException) -> Iterator[BaseException]:
    """What led to it, as a traceback would show it; some libraries keep it as an argument."""
    waiting, seen = [error], 0
    while waiting and seen < LONGEST_CHAIN:
        each = waiting.pop(0)
        seen += 1
        yield each
        led = (each.__cause__, each.__context__, *each.args)
        waiting.extend(one for one in led if isinstance(one, BaseException))


def _network(error: BaseException) -> Literal["network"] | None:
    if not isolation().keeps_from("network"):
        return None
    if isinstance(error, socket.gaierror):
        return "network"
    denied = isinstance(error, OSError) and error.errno in DENIED and error.filename is None
    if denied and _innermost_file(error) == socket.__file__:
        return "network"
    if type(error).__name__ == "DistNetworkError":  # of torch.distributed
        return "network"
    return None


def _writing(error: BaseException) -> Literal["writing"] | None:
    if not isolation().keeps_from("writing"):
        return None
    if isinstance(error, OSError):
        if error.errno in DENIED and _could_be_written(error.filename):
            return "writing"
        return None
    if isinstance(error, RuntimeError) and DENIED_BY_CODE_IN_C in _words(error):
        return "writing"
    return None


def _could_be_written(name: object) -> bool:
    """Whether the user of this process may write there, or change it; Landlock is not asked."""
    if not isinstance(name, str | bytes):
        return False
    path = Path(os.fsdecode(name)).absolute()
    if path.is_relative_to("/proc"):  # of another process
        return False
    while not path.exists() and path != path.parent:
        path = path.parent
    return os.access(path, os.W_OK)


def _bound_reached(error: BaseException) -> KeptFrom | None:
    number = None
    if isinstance(error, OSError):
        number = error.errno
    if number in NO_ROOM:
        return "disk"
    if "files" in _bounded and number == errno.EMFILE:
        return "files"
    lacks = isinstance(error, MemoryError) or number == errno.ENOMEM
    if isinstance(error, RuntimeError) and not lacks:
        lacks = any(words in _words(error) for words in NO_MEMORY)
    if "memory" in _bounded and lacks:
        return "memory"
    return None


def _not_sent(error: BaseException) -> Literal["nodes"] | None:
    is_opened = isinstance(error, FileNotFoundError) and error.filename is not None
    if is_opened and is_elsewhere():
        return "nodes"
    return None


def _innermost_file(error: BaseException) -> str:
    file, traceback = "", error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        traceback = traceback.tb_next
    return file


def _words(error: BaseException) -> str:
    return " ".join(each for each in error.args if isinstance(each, str))
