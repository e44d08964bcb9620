"""The files of one folder or package import each other, as in a script or with `python -m`."""

import builtins
import importlib
import linecache
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from rollcall.core.model_raised import is_of_file
from rollcall.lectures.imported_files import NOT_SIBLINGS
from rollcall.lectures.importlib_of_files import OURS, importlib_of
from rollcall.lectures.on_disk import is_file, is_folder
from rollcall.lectures.target_files import compiled, package_root, source_of

INIT = "__init__"

_named: set[str] = set()  # the names of all files that were run


class Siblings:
    """One lecture file as it is run, and the files that it imports, each run anew for it.

    No two lecture files share a sibling, so that none finds what another left in it.

    Args:
        path: the lecture file.
        name: no other file that is served has it.
        roots: further folders in which absolute imports are looked for.
    """

    def __init__(self, path: Path, name: str, roots: Sequence[Path] = ()) -> None:
        self._path = path
        self._name = f"{OURS}{_as_identifier(name)}"
        self._top = package_root(path)
        self._roots = tuple(dict.fromkeys((self._top, *roots)))
        self.modules: dict[Path, ModuleType] = {}
        self._importlib = importlib_of(self._import)
        self._namespaces: dict[Path, ModuleType] = {}  # folders without a file of their own

    def run(self, code: CodeType) -> ModuleType:
        """Run the lecture file; before it, the packages that it is in.

        Raises:
            Exception: whatever its code raises, and SystemExit.
        """
        for folder in self._packages():
            # A package that cannot be imported is no reason to show none of its files.
            try:
                self._package(folder)
            except BaseException as error:
                if not is_of_file(error):
                    raise
            if folder / f"{INIT}.py" not in self.modules:
                self._namespaces[folder] = ModuleType(folder.name)
        if self._path in self.modules:  # one of them has imported it
            return self.modules[self._path]
        return self._run(self._path, self._name, code)

    def _packages(self) -> Iterator[Path]:
        inner = [*self._path.parents]
        inside = inner[: inner.index(self._top)]
        if self._path.stem == INIT:
            inside = inside[1:]
        yield from reversed(inside)

    def _run(self, path: Path, name: str, code: CodeType) -> ModuleType:
        spec = spec_from_loader(name, loader=None, origin=str(path))
        assert spec is not None
        module = module_from_spec(spec)
        module.__file__ = str(path)
        if path.stem == INIT:
            module.__path__ = [str(path.parent)]
        # What an import statement calls, for this file alone.
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._import}
        _named.add(name)
        sys.modules[name] = module  # dataclasses and pickle look the module up by its name
        self.modules[path] = module  # now: two files may import each other
        try:
            exec(code, vars(module))
        except BaseException:
            del self.modules[path]
            raise
        return module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """What the built-in function of this name does, with the user's files first."""
        wanted = fromlist or ()
        if level:
            folder = self._folder_of(globals or {}, level)
            if not name:  # from . import helpers
                return self._with(self._package(folder), folder, wanted)
            return self._found(folder, name, wanted, whole=True)
        root = self._root_of(name)
        if root is None:
            try:
                found = builtins.__import__(name, globals, locals, wanted, level)
                if found is importlib:
                    return self._importlib
                return found
            except ModuleNotFoundError as error:
                root = self._path.parent  # a file of a package, written to be run as a script
                if error.name != _first(name) or not _is_in(root, _first(name)):
                    raise
        return self._found(root, name, wanted, whole=False)

    def _folder_of(self, globals: Mapping[str, object], level: int) -> Path:
        """The package that a relative import begins in."""
        folder = Path(str(globals.get("__file__", self._path))).parent
        for _ in range(level - 1):
            inside = any(root != folder and folder.is_relative_to(root) for root in self._roots)
            if not inside:
                raise ImportError("attempted relative import beyond top-level package")
            folder = folder.parent
        return folder

    def _root_of(self, name: str) -> Path | None:
        """The folder in which an absolute import begins; None where it means no file of these."""
        first = _first(name)
        if first in NOT_SIBLINGS:
            return None
        for root in self._roots:
            if _is_in(root, first):
                return root
        return None

    def _found(self, folder: Path, name: str, wanted: Sequence[str], *, whole: bool) -> ModuleType:
        """The module; without names that are wanted of it, the first of `a.b.c`."""
        parts = name.split(".")
        for place in range(len(parts)):
            module = self._child(folder.joinpath(*parts[:place]), parts[place])
        if wanted or whole:
            return self._with(module, folder.joinpath(*parts), wanted)
        return self._child(folder, parts[0])

    def _with(self, module: ModuleType, folder: Path, wanted: Sequence[str]) -> ModuleType:
        """The module, with those of its files as attributes that are imported from it."""
        names = list(wanted)
        if "*" in names:
            names = [str(each) for each in getattr(module, "__all__", ())]
        for name in names:
            if hasattr(module, name):
                continue
            if folder in self._namespaces or _is_in(folder, name):
                self._child(folder, name)
        return module

    def _child(self, folder: Path, name: str) -> ModuleType:
        """A file or a folder of a folder, run at its first import."""
        file, package = folder / f"{name}.py", folder / name
        if is_file(package / f"{INIT}.py") or not is_file(file):
            if not _is_in(folder, name):
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            child = self._package(package)
        else:
            child = self._of_file(file)
        parent = self.modules.get(folder / f"{INIT}.py", self._namespaces.get(folder))
        if parent is not None:
            setattr(parent, name, child)
        return child

    def _package(self, folder: Path) -> ModuleType:
        if folder in self._namespaces:
            return self._namespaces[folder]
        file = folder / f"{INIT}.py"
        if is_file(file):
            return self._of_file(file)
        return self._namespaces.setdefault(folder, ModuleType(folder.name))

    def _of_file(self, path: Path) -> ModuleType:
        if path in self.modules:
            return self.modules[path]
        name = self._name
        if path != self._path:
            name += f"__{self._dotted(path)}"
        return self._run(path, name, compiled(path, source_of(path)))

    def _dotted(self, path: Path) -> str:
        """What tells a sibling from the others."""
        for root in self._roots:
            if path.is_relative_to(root):
                parts = path.relative_to(root).with_suffix("").parts
                return _as_identifier("/".join(parts))
        return _as_identifier(str(path.with_suffix("")))


def forget_files() -> None:
    """Take every file that was run out of Python's books."""
    linecache.clearcache()
    for name in _named:
        sys.modules.pop(name, None)
    _named.clear()


def _first(name: str) -> str:
    return name.partition(".")[0]


def _is_in(folder: Path, name: str) -> bool:
    """Whether a folder has a file or a folder that an import of this name means."""
    package = folder / name
    if is_file(package.with_name(f"{name}.py")) or is_file(package / f"{INIT}.py"):
        return True
    # As Python does, a folder without an __init__.py only where no package is installed.
    return is_folder(package) and not _is_installed(name)


@cache
def _is_installed(name: str) -> bool:
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):  # of a module that somebody put into sys.modules
        return name in sys.modules
    return spec is not None and spec.origin is not None


def _as_identifier(name: str) -> str:
    """The name; where it is none of Python's, with a number that tells it from its like."""
    if name.isidentifier():
        return name
    return f"{re.sub(r'[^0-9a-zA-Z_]', '_', name)}_{zlib.crc32(name.encode('utf-8', 'replace'))}"
