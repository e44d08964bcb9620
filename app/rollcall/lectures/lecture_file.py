"""One lecture file: compiled, run, and run anew when a model may have changed something in it."""

import importlib
import io
import tokenize
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from rollcall.core.process.own_folder import keeping_files
from rollcall.core.process.parent import ending_copies
from rollcall.core.process.process_state import OwnState, changes_of_seeds
from rollcall.core.rng.random_state import seeded, seeded_by_code
from rollcall.lectures.own_seconds import own_seconds
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
        source: what is run in the place of what the file holds.

    Raises:
        OSError, ValueError: it cannot be read.
        Exception: whatever its code raises, and SystemExit.
    """

    can_be_changed = True  # whether another text can be run in its place

    def __init__(
        self,
        path: Path,
        name: str = "",
        roots: Sequence[Path] = (),
        source: bytes | None = None,
    ) -> None:
        self.path = path
        self.shown_name = path.name
        self._name = name or path.stem
        self._roots = roots
        self._source = source
        if self._source is None:
            self._source = source_of(path)
        self._code = compiled(path, self._source)
        own_state = OwnState()
        output = TopLevelOutput()
        seeded_by_code.clear()
        with output.kept(), own_state.entered(), keeping_files():
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

    @cached_property
    def text(self) -> str:
        """What was run, as Python reads it: past a byte order mark, in the declared encoding."""
        source = self._source
        if source is None:
            source = source_of(self.path)
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return io.TextIOWrapper(io.BytesIO(source), encoding).read()

    def version(self, word: str, text: str) -> "LoadedFile":
        """The same file with another text, which lies nowhere on the disk.

        Args:
            word: what tells it from other versions. It stands in the name of the file, so that a
                line in an exception or a warning is one of this text.
            text: what is run.

        Raises:
            Exception: whatever its code raises, and SystemExit.
        """
        assert self._source is not None
        encoding, _ = tokenize.detect_encoding(io.BytesIO(self._source).readline)
        path = self.path.with_suffix(f".{word}.py")
        made = LoadedFile(path, f"{self._name}.{word}", self._roots, text.encode(encoding))
        made.shown_name = f"{self.path.name}, {word}"
        return made

    def _run(self) -> SharedState:
        siblings = Siblings(self.path, self._name, self._roots)
        # What the file draws while it is run is the same in every process.
        with seeded(0), own_seconds(), ending_copies():
            module = siblings.run(self._code)
        return SharedState(module, siblings.modules)


class InstalledFile(LoadedFile):
    """A module of an installed package. Python imports it, once for all of its models.

    Raises:
        Exception: whatever its code raises, and SystemExit.
    """

    can_be_changed = False

    def __init__(self, path: Path, module: str) -> None:
        self.path = path
        self.shown_name = path.name
        self._source = None
        output = TopLevelOutput()
        with output.kept():
            imported = importlib.import_module(module)
        self.printed = output.text
        self.shared_state = SharedState(imported, {})
        self.differences = []
        self.state_changes = ()

    def run_anew(self) -> None:
        """An installed module is left as it is."""
