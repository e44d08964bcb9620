"""What processes of ours use, and those that they have started (Linux)."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")  # a second


def descendants(parent: int) -> list[int]:
    """All that a process started, and those that these started."""
    found = []
    for listed in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
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
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    user, system, user_of_ended, system_of_ended = map(int, stat[11:15])
    if own_only:
        return user + system
    return user + system + user_of_ended + system_of_ended


def memory(parent: int) -> float:
    """Bytes that a process and its descendants hold, shared pages counted once."""
    kilobytes = 0
    for process in (parent, *descendants(parent)):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes * 1024
