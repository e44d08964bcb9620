"""The files of one folder import each other, as they do when one of them is run as a script."""

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

# A lecture file may be called like them; who imports them means the real ones.
NOT_SIBLINGS = sys.stdlib_module_names | {"torch", "numpy"}


class Siblings:
    """One lecture file as it is run, and the files that it imports, each run anew for it.

    No two lecture files share a sibling, so that none finds what another left in it.
    """

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._importer = path.stem
        self.modules: dict[str, ModuleType] = {}  # by the names of their files

    def run(self, stem: str, code: CodeType) -> ModuleType:
        """Run a file of the folder.

        Raises:
            Exception: whatever its code raises, and SystemExit.
        """
        path = self._folder / f"{stem}.py"
        name = f"lecture_{self._importer}"
        if stem != self._importer:
            name += f"__{stem}"
        spec = spec_from_loader(name, loader=None, origin=str(path))
        assert spec is not None
        module = module_from_spec(spec)
        module.__file__ = str(path)
        # What an import statement calls, for this file alone.
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._import}
        sys.modules[name] = module  # dataclasses and pickle look the module up by its name
        self.modules[stem] = module  # now: two files may import each other
        try:
            exec(code, vars(module))
        except BaseException:
            del self.modules[stem]
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
        """What the built-in function of this name does, with the files of the folder first."""
        if level == 1 and not name:  # from . import helpers
            package = ModuleType(self._folder.name)
            for each in fromlist or ():
                setattr(package, each, self._sibling(each))
            return package
        if level == 1 or (level == 0 and self._is_sibling(name)):
            return self._sibling(name)
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    def _is_sibling(self, name: str) -> bool:
        return name not in NOT_SIBLINGS and (self._folder / f"{name}.py").is_file()

    def _sibling(self, name: str) -> ModuleType:
        if name in self.modules:
            return self.modules[name]
        path = self._folder / f"{name}.py"
        if not path.is_file():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return self.run(name, compile(path.read_bytes(), path, "exec"))
