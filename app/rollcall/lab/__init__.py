"""Where all torch work of the server happens: workers with a time limit, and their answers."""

from rollcall.lab.errors import Busy, LabError, TimeLimit, WorkerDied
from rollcall.lab.lab import Lab

__all__ = ["Busy", "Lab", "LabError", "TimeLimit", "WorkerDied"]
