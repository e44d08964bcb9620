"""What a worker may take of the machine, where the system has such limits."""

import sys
from pathlib import Path
from typing import NamedTuple

from rollcall.core.process.isolation.isolation import Freedom, isolate
from rollcall.core.process.isolation.kept_from import bound
from rollcall.lectures import own_seconds

MOST_FILES = 512  # that are open at a time


class Limits(NamedTuple):
    """Of each worker."""

    memory: float | None = None  # GB beyond what PyTorch takes by itself; None: as much as there is
    files: int = MOST_FILES
    allowed: tuple[Freedom, ...] = ()  # what models may do beside reading and computing
    seconds: float = 10.0  # time limit of a call


NO_LIMITS = Limits()


def limits_memory() -> bool:
    """Whether this system has such a limit. macOS takes the number and keeps to nothing."""
    return sys.platform not in ("win32", "darwin")


def take(limits: Limits) -> None:
    """Keep this process within them, and all that it starts."""
    own_seconds.share(limits.seconds)
    if sys.platform != "win32":
        _bound(limits)
    isolate(limits.allowed)


def _bound(limits: Limits) -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = limits.files
    if most != resource.RLIM_INFINITY:
        files = min(files, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bound("files")
    if limits.memory is not None and limits_memory():
        memory = _address_space() + int(limits.memory * 1e9)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        bound("memory", "files")


def _address_space() -> int:
    """Bytes of it that this process has by now; where that is not told, as much as PyTorch has."""
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 8 << 30
    return pages * resource.getpagesize()
