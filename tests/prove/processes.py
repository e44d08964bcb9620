"""What the proofs look up about processes, in Linux's /proc."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from processes import is_there


def named(word: str) -> list[int]:
    """Those whose command line has a word in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if word in words:
            found.append(int(folder.name))
    return found


def still_there(processes: Iterable[int]) -> list[int]:
    """Those that run."""
    return [process for process in processes if is_there(process)]


def until(condition: Callable[[], object], seconds: float) -> float:
    """How long it took until a condition held; no longer than `seconds`."""
    started = time.monotonic()
    while not condition() and time.monotonic() - started < seconds:
        time.sleep(0.02)
    return time.monotonic() - started
