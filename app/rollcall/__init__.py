"""Roll Call: who answers when PyTorch calls.

Which state of a model is registered, and which is only reachable.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rollcall.core import Scan, find_unregistered, scan

__version__ = "0.2.0"  # pyproject.toml reads it here
__all__ = ["Scan", "find_unregistered", "scan"]


def __getattr__(name: str) -> Any:
    """Import torch when something of ours is first asked for: `rollcall --help` does not wait."""
    if name in __all__:
        from rollcall import core

        return getattr(core, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
