"""One lecture file: compiled, run, and run anew when a model may have changed something in it."""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from rollcall.core.process.process_state import OwnState, changes_of_seeds
from rollcall.core.rng.random_state import seeded, seeded_by_code
from rollcall.lectures.shared_state import SharedState
from rollcall.lectures.siblings import Siblings
from rollcall.lectures.target_files import compiled, source_of
from rollcall.lectures.top_level_output import TopLevelOutput

T = TypeVar("T")


class LoadedFile:
    """A lecture file that was compiled and run, from its present text and not a bytecode cache.

    Args:
        path: the file.
        name: no other file that is served has it; "": its own.
        roots: further folders in which its imports are looked for.

    Raises:
        OSError, ValueError: it cannot be read.
        Exception: whatever its code raises, and SystemExit.
    """

    def __init__(self, path: Path, name: str = "", roots: Sequence[Path] = ()) -> None:
        self.path = path
        self._name = name or path.stem
        self._roots = roots
        self._code = compiled(path, source_of(path))
        own_state = OwnState()
        output = TopLevelOutput()
        seeded_by_code.clear()
        with output.kept(), own_state.entered():
            self.shared_state = self._run()  # as it was last run
        self.printed = output.text
        self.differences = own_state.differences  # what it changes for the whole process
        self.state_changes = (*own_state.changes, *changes_of_seeds(seeded_by_code))

    @property
    def module(self) -> ModuleType:
        """The file as it is when it was just run.

        It is run anew if a model may have left something in it for the next. A layer in a class, in
        a default argument or in a global list would carry what it has learnt to another page.
        """
        if not self.shared_state.is_as_it_was:
            self.run_anew()
        return self.shared_state.module

    def run_anew(self) -> None:
        """Run it once more: what is built next shares nothing with what was built before."""
        with TopLevelOutput().kept():  # it was told when the file was first run
            self.shared_state = self._run()

    def on_its_own(self, work: Callable[[ModuleType], T]) -> T:
        """What `work` finds in the file as it was last run; the process stays as it is.

        Raises whatever it raises.
        """
        with TopLevelOutput().kept(), OwnState(self.differences).entered(), seeded(0):
            return work(self.shared_state.module)

    def _run(self) -> SharedState:
        siblings = Siblings(self.path, self._name, self._roots)
        with seeded(0):  # what the file draws while it is run is the same in every process
            module = siblings.run(self._code)
        return SharedState(module, siblings.modules)


class InstalledFile(LoadedFile):
    """A module of an installed package. Python imports it, once for all of its models.

    Raises:
        Exception: whatever its code raises, and SystemExit.
    """

    def __init__(self, path: Path, module: str) -> None:
        self.path = path
        output = TopLevelOutput()
        with output.kept():
            imported = importlib.import_module(module)
        self.printed = output.text
        self.shared_state = SharedState(imported, {})
        self.differences = []
        self.state_changes = ()

    def run_anew(self) -> None:
        """An installed module is left as it is."""
