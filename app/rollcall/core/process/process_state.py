"""What one model's code may change for all others: seen, and put back."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from multiprocessing import resource_tracker
from typing import Any, Literal

from rollcall.core.process.namespaces import MISSING, Extent, Namespaces, Rename, Rewritten
from rollcall.core.process.own_folder import remove_left, temporary_files
from rollcall.core.process.python_settings import python_settings
from rollcall.core.process.torch_settings import torch_settings
from rollcall.core.report import Report

SETTINGS = (*torch_settings(), *python_settings())
BARS = "tqdm._monitor"  # its thread draws bars; torch.compile starts it, for some models
MOST_LETTERS = 60  # of a value that is told

Kind = Literal[
    "set", "changed", "seeded", "replaced", "added", "deleted", "left running", "left behind"
]


class StateChange(Report):
    """One thing that was changed for the whole process."""

    kind: Kind
    name: str
    value: str = ""  # what it was set to; of a list or a dict, what in it has changed


@dataclass(frozen=True)
class Difference:
    """The same, with what it takes to put it back and to do it again."""

    change: StateChange
    before: Any
    after: Any
    write: Callable[[Any], object]


class ProcessState:
    """The state of the process when this is made.

    Args:
        extent: at how many of PyTorch's names to look.
    """

    def __init__(self, extent: Extent = "everything") -> None:
        self._settings = [setting.read() for setting in SETTINGS]
        self._namespaces = Namespaces(extent)
        self._running = set(_running())
        self._files = temporary_files()

    def differences(self) -> list[Difference]:
        """What has changed since, and can be put back."""
        found = []
        for setting, before in zip(SETTINGS, self._settings, strict=True):
            after = setting.read()
            if after != before:
                change = _of_setting(setting.name, before, after)
                found.append(Difference(change, before, after, setting.write))
        found.extend(map(_of_name, self._namespaces.differences()))
        return found

    def put_back(self) -> list[Difference]:
        """Make everything as it was, where that can be done.

        Returns what had changed.
        """
        found = self.differences()
        for difference in reversed(found):
            _put_back(difference)
        return found

    @property
    def holds(self) -> bool:
        """Whether nothing has changed, and nothing was left."""
        return not self.differences() and not self.left_running() and not self._left_files()

    def left_running(self) -> list[StateChange]:
        """Threads and processes that were started since, and have not ended."""
        started = [each for each in _running() if each not in self._running]
        return [StateChange(kind="left running", name=name) for name, _ in started]

    def remove_left_files(self) -> list[StateChange]:
        """Remove the temporary files that were written since, and are still there."""
        left = self._left_files()
        if not left:
            return []
        remove_left(left)
        return [StateChange(kind="left behind", name="temporary files")]

    def _left_files(self) -> frozenset[str]:
        return temporary_files() - self._files


def changes_of_seeds(libraries: Iterable[str]) -> Iterator[StateChange]:
    """For random numbers that a model's code has seeded itself. They are put back in any case."""
    for name in sorted(libraries):
        yield StateChange(kind="seeded", name=f"the random numbers of {name}")


class OwnState:
    """What one model's code has changed. It is so while its code runs, and else as it was.

    Args:
        differences: what its lecture file changed when it was run.
    """

    def __init__(self, differences: Sequence[Difference] = ()) -> None:
        self.differences = list(differences)
        self.changes = [difference.change for difference in self.differences]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Run the model's code inside the block."""
        before = ProcessState()
        for difference in self.differences:
            difference.write(difference.after)
        try:
            yield
        finally:
            self._leave(before)

    def _leave(self, before: ProcessState) -> None:
        self.differences = before.put_back()
        left = [*before.left_running(), *before.remove_left_files()]
        for change in (*(each.change for each in self.differences), *left):
            if change not in self.changes:
                self.changes.append(change)


def _put_back(difference: Difference) -> None:
    try:
        difference.write(difference.before)
    except Exception:  # the number of interop threads is set once; then the worker is given up
        return


def _of_name(found: Rename | Rewritten) -> Difference:
    kind: Kind = "replaced"
    if found.before is MISSING:
        kind = "added"
    elif found.after is MISSING:
        kind = "deleted"
    change = StateChange(kind=kind, name=found.path)
    return Difference(change, found.before, found.after, found.write)


def _of_setting(name: str, before: Any, after: Any) -> StateChange:
    if isinstance(after, dict):
        after, before = _decoded(after), _decoded(before)
        keys = [key for key in after.keys() | before.keys() if after.get(key) != before.get(key)]
        return StateChange(kind="changed", name=name, value=_brief(", ".join(sorted(keys))))
    if isinstance(after, tuple):
        new = dict.fromkeys(str(each) for each in after if each not in before)
        return StateChange(kind="changed", name=name, value=_brief(", ".join(new)))
    value = str(after).removeprefix("torch.")
    if isinstance(after, bool):
        value = ("off", "on")[after]
    return StateChange(kind="set", name=name, value=_brief(value))


def _brief(text: str) -> str:
    if len(text) <= MOST_LETTERS:
        return text
    return f"{text[: MOST_LETTERS - 1]}…"


def _decoded(contents: dict[Any, Any]) -> dict[str, Any]:
    """The environment is read as bytes, and hooks have numbers."""
    names: dict[str, Any] = {}
    for key, value in contents.items():
        names[os.fsdecode(key) if isinstance(key, bytes) else str(key)] = value
    return names


def _running() -> Iterator[tuple[str, int]]:
    """Threads of Python, and child processes where the system tells of them."""
    for thread in threading.enumerate():
        if type(thread).__module__ != BARS:
            yield "a thread", thread.ident or 0
    for pid in _children():
        if int(pid) != _tracker():
            yield "a process", int(pid)


def _children() -> list[bytes]:
    """Their numbers; none where the system does not tell."""
    try:
        # A path and a text take three times as long, and every call is followed by a look.
        with FileIO(f"/proc/self/task/{os.getpid()}/children") as children:
            return children.readall().split()
    except OSError:
        return []


def _tracker() -> int | None:
    """The process with which Python keeps its own books of locks: that of tqdm is one."""
    tracker = getattr(resource_tracker, "_resource_tracker", None)
    pid: int | None = getattr(tracker, "_pid", None)
    return pid
