"""The files of a course on disk: which there are, whether one changed, and how one is run."""

import hashlib
from pathlib import Path
from types import ModuleType

from rollcall.core.process.process_state import OwnState, changes_of_seeds
from rollcall.core.rng.random_state import seeded, seeded_by_code
from rollcall.lectures.declared_course import COURSE
from rollcall.lectures.shared_state import SharedState
from rollcall.lectures.siblings import Siblings
from rollcall.lectures.targets import Targets


def lecture_files(folder: Path) -> list[Path]:
    """Every Python file of `folder`, by name."""
    return [path for path in _files(folder) if path.suffix == ".py"]


def version(what: Targets | Path) -> str:
    """A word that changes whenever a lecture file or the course is added, removed or saved."""
    targets = Targets.of(what)
    digest = hashlib.sha256()
    if targets.course is None:
        return digest.hexdigest()[:16]
    for path in _files(targets.course):
        stat = path.stat()
        digest.update(f"{path.name} {stat.st_mtime_ns} {stat.st_size} {stat.st_ino}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    wanted = (path for path in folder.iterdir() if path.suffix == ".py" or path.name == COURSE)
    # Editors and macOS leave files whose names start with a dot.
    shown = [path for path in wanted if not path.name.startswith(".")]
    return sorted(shown, key=lambda path: path.name)  # to compare paths takes as long as to list


class LoadedFile:
    """A lecture file that was compiled and run, from its present text and not a bytecode cache.

    Raises:
        Exception: whatever its code raises, and SystemExit.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._code = compile(path.read_bytes(), path, "exec")
        own_state = OwnState()
        seeded_by_code.clear()
        with own_state.entered():
            self.shared_state = self._run()  # as it was last run
        self.differences = own_state.differences  # what it changes for the whole process
        self.state_changes = (*own_state.changes, *changes_of_seeds(seeded_by_code))

    @property
    def module(self) -> ModuleType:
        """The file as it is when it was just run.

        It is run anew if a model may have left something in it for the next. A layer in a class, in
        a default argument or in a global list would carry what it has learnt to another page.
        """
        if not self.shared_state.is_as_it_was:
            self.shared_state = self._run()
        return self.shared_state.module

    def run_anew(self) -> None:
        """Run it once more: what is built next shares nothing with what was built before."""
        self.shared_state = self._run()

    def _run(self) -> SharedState:
        siblings = Siblings(self.path)
        with seeded(0):  # what the file draws while it is run is the same in every process
            module = siblings.run(self.path.stem, self._code)
        return SharedState(module, siblings.modules)
