"""What processes of ours use, and those that they have started (Linux)."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")  # a second


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


def is_there(process: int) -> bool:
    """Whether it runs; one that ended and was not taken leave of does not."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def cpu_seconds(parent: int) -> float:
    """What a process and its descendants have used, those that ended and were awaited too."""
    return sum(_ticks(each, own_only=False) for each in (parent, *descendants(parent))) / TICKS


def own_cpu_seconds(process: int) -> float:
    """What a process has used by itself."""
    return _ticks(process, own_only=True) / TICKS


def _ticks(process: int, *, own_only: bool) -> int:
    try:
        stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return 0
    user, system, user_of_ended, system_of_ended = map(int, stat[11:15])
    if own_only:
        return user + system
    return user + system + user_of_ended + system_of_ended


def megabytes(processes: Iterable[int]) -> float:
    """Megabytes that these processes hold by themselves: shared pages count in parts."""
    kilobytes = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024
