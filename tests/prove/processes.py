"""What the proofs look up about processes, in Linux's /proc."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path


def descendants(parent: int) -> list[int]:
    """All that a process started, and those that these started."""
    found = []
    for listed in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:  # the thread has ended
            continue
        for child in map(int, children):
            found += [child, *descendants(child)]
    return found


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


def is_there(process: int) -> bool:
    """Whether it runs; one that ended and was not taken leave of does not."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def still_there(processes: Iterable[int]) -> list[int]:
    """Those that run."""
    return [process for process in processes if is_there(process)]


def megabytes(processes: Iterable[int]) -> float:
    """Memory that these processes hold by themselves: shared pages count in parts."""
    total = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def until(condition: Callable[[], object], seconds: float) -> float:
    """How long it took until a condition held; no longer than `seconds`."""
    started = time.monotonic()
    while not condition() and time.monotonic() - started < seconds:
        time.sleep(0.02)
    return time.monotonic() - started
