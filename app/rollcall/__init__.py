"""Roll Call: who answers when PyTorch calls.

Which state of a model is registered, and which is only reachable.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rollcall.core.unregistered import find_unregistered
    from rollcall.in_python.assert_registered import assert_registered
    from rollcall.in_python.shown import Comparison, Scan, compare, scan
    from rollcall.in_python.unregistered import UnregisteredError, UnregisteredWarning
    from rollcall.in_python.warn import warn

__version__ = "0.2.0"  # pyproject.toml reads it here
__all__ = [
    "Comparison",
    "Scan",
    "UnregisteredError",
    "UnregisteredWarning",
    "assert_registered",
    "compare",
    "find_unregistered",
    "scan",
    "warn",
]

_HOMES = {
    "Comparison": "rollcall.in_python.shown",
    "Scan": "rollcall.in_python.shown",
    "UnregisteredError": "rollcall.in_python.unregistered",
    "UnregisteredWarning": "rollcall.in_python.unregistered",
    "assert_registered": "rollcall.in_python.assert_registered",
    "compare": "rollcall.in_python.shown",
    "find_unregistered": "rollcall.core.unregistered",
    "scan": "rollcall.in_python.shown",
    "warn": "rollcall.in_python.warn",
}


def __getattr__(name: str) -> Any:
    """Import torch when something of ours is first asked for: `rollcall --help` does not wait."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
