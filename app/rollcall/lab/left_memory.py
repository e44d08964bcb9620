"""What calls leave in the memory of their worker, and nobody uses any more."""

import gc
import linecache
import sys
from itertools import count
from typing import Any

GRAPHS = "torch.fx.graph_module"
COMPILER = "torch._dynamo.utils"
COLLECTED_EVERY = 16  # calls, which leave half a megabyte: it takes milliseconds to look for that

_calls = count(1)


def let_go() -> None:
    """Another call has ended.

    What holds itself, such as the module of a file that was run anew, is old for Python's collector
    when the next call takes its place: it would look for that after hours.
    """
    _forget_graphs()
    if next(_calls) % COLLECTED_EVERY == 0:
        gc.collect()


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
