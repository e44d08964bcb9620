"""Where all torch work of the server happens: worker processes with a time limit, and a cache of their answers."""

from rollcall.lab.errors import LabError, TimeLimit, WorkerDied
from rollcall.lab.lab import Lab

__all__ = ["Lab", "LabError", "TimeLimit", "WorkerDied"]
