"""Torch without the web: what is registered in a module, and what is only reachable."""

from rollcall.core.scan import Scan, scan
from rollcall.core.unregistered import Unregistered, find_unregistered

__all__ = ["Scan", "Unregistered", "find_unregistered", "scan"]
