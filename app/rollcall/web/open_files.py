"""How many connections the limit on open files leaves room for, and what is said when it is met."""

import logging
import time
from contextlib import suppress
from pathlib import Path

MOST = 4_000  # connections
SPARE = 24  # files that are read, and pipes to new workers
WANTED = 8_192  # open files
FEWEST = 4
SAID_EVERY = 60.0  # seconds


def most_connections() -> int:
    """As many as there is room for, once the soft limit of this process was raised."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED
    if hard != resource.RLIM_INFINITY:
        wanted = min(WANTED, hard)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(FEWEST, min(MOST, soft - _open_now() - SPARE))


def _open_now() -> int:
    try:
        return len(list(Path("/dev/fd").iterdir()))
    except OSError:
        return SPARE


class _OncePerMinute(logging.Filter):
    """asyncio tells of each accept() that finds no room, with a traceback each second."""

    def __init__(self) -> None:
        super().__init__()
        self._said = -SAID_EVERY

    def filter(self, record: logging.LogRecord) -> bool:
        """Let one line through, and all that is about something else."""
        if "out of system resource" not in record.getMessage():
            return True
        if time.monotonic() - self._said < SAID_EVERY:
            return False
        self._said = time.monotonic()
        record.msg = "no open file is left for a new connection: raise `ulimit -n`"
        record.args, record.exc_info = (), None
        return True


ONCE_PER_MINUTE = _OncePerMinute()
