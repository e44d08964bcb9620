"""Where all torch work of the server happens: workers with a time limit, and their answers."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rollcall.lab.errors import Busy, LabError, TimeLimit, WorkerDied
    from rollcall.lab.lab import Lab

__all__ = ["Busy", "Lab", "LabError", "TimeLimit", "WorkerDied"]


def __getattr__(name: str) -> Any:
    """Import torch when the lab itself is asked for: what starts its workers does without."""
    if name == "Lab":
        return import_module("rollcall.lab.lab").Lab
    if name in __all__:
        return getattr(import_module("rollcall.lab.errors"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
