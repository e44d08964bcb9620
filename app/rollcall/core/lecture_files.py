"""The files of a course on disk: which there are, whether one changed, and how one is run."""

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import CodeType, ModuleType

from rollcall.core.course import COURSE
from rollcall.core.seeding import seeded


def lecture_files(folder: Path) -> list[Path]:
    """Every Python file of `folder`, by name."""
    return [path for path in _files(folder) if path.suffix == ".py"]


def version(folder: Path) -> str:
    """A word that changes whenever a lecture file or the course is added, removed or saved."""
    digest = hashlib.sha256()
    for path in _files(folder):
        stat = path.stat()
        digest.update(f"{path.name} {stat.st_mtime_ns} {stat.st_size} {stat.st_ino}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    wanted = (path for path in folder.iterdir() if path.suffix == ".py" or path.name == COURSE)
    return sorted(path for path in wanted if not path.name.startswith("."))  # editors and macOS leave such files


def compile_file(path: Path) -> CodeType:
    """The code of a lecture file, from its present text rather than from a bytecode cache."""
    return compile(path.read_bytes(), path, "exec")


def run_file(path: Path, code: CodeType) -> ModuleType:
    """Run the code of a lecture file as a module of its own, with nothing left of what an earlier one went through."""
    name = f"lecture_{path.stem}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses and pickle look the module up by its name
    with seeded(0):  # for what the file draws while it is loaded: every process shall draw the same
        exec(code, vars(module))
    return module
