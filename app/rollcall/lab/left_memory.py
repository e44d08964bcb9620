"""What calls leave in the memory of their worker, and nobody uses any more."""

import gc
import linecache
import sys
from itertools import count
from pathlib import Path
from typing import Any

GRAPHS = "torch.fx.graph_module"
COMPILER = "torch._dynamo.utils"
COLLECTED_EVERY = 16  # calls, which leave half a megabyte: it takes a millisecond to look for that
ROUNDS = 4  # of which the last looks through everything, in the time that some calls take
MOST_PAGES = 1 << 14  # of 4 kB, by which this process may grow until everything is looked through

_calls = count(1)
_pages = 0  # when everything was looked through


def let_go() -> None:
    """Another call has ended.

    What holds itself, such as the module of a file that was run anew, is old for Python's collector
    when the next call takes its place: it would look for that after hours.
    """
    global _pages  # of the process, as its memory is
    _forget_graphs()
    rounds, call = divmod(next(_calls), COLLECTED_EVERY)
    if call != 0:
        return
    pages = _pages_taken()
    if rounds % ROUNDS and pages is not None and pages - _pages <= MOST_PAGES:
        gc.collect(1)
        return
    gc.collect()
    _pages = _pages_taken() or 0


def _pages_taken() -> int | None:
    """Of memory, by this process; None where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None


def _forget_graphs() -> None:
    """Keep none of what PyTorch has traced or compiled. It remembers the sources of all.

    A version of PyTorch that names these otherwise keeps them.
    """
    sources: Any = getattr(_imported(GRAPHS, "_loader"), "eval_cache", None)
    if isinstance(sources, dict):
        for name in sources:
            linecache.cache.pop(name, None)
        sources.clear()
    forget_what_was_measured = _imported(COMPILER, "clear_compilation_metrics")
    if forget_what_was_measured is not None:
        forget_what_was_measured()


def _imported(module: str, name: str) -> Any:
    """None where nobody has needed it yet."""
    return getattr(sys.modules.get(module), name, None)
