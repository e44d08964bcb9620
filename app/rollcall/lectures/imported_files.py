"""The user's files that other files import from further folders: to save one changes an answer."""

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from rollcall.lectures.latest import Latest
from rollcall.lectures.on_disk import is_file, is_folder
from rollcall.lectures.target_files import source_of, walked

# A lecture file may be called like them; who imports them means the real ones.
NOT_SIBLINGS = sys.stdlib_module_names | {"torch", "numpy"}
MOST_KEPT = 4_096  # files whose imports are remembered
# `import a.b, c as d`, `from a.b import`, and the calls that take a name. A whole package is read
# in milliseconds so; what only looks like an import names no file.
IMPORT = re.compile(
    r"""(?:^|[;:])[ \t]*(?:import[ \t]+([^#;\n]+)|from[ \t]+(\w[\w.]*)[ \t]+import\b)"""
    r"""|(?:import_module|__import__)\(\s*["'](\w[\w.]*)""",
    re.MULTILINE,
)


def imported_files(files: Sequence[Path], roots: Collection[Path], most: int) -> list[Path]:
    """Those that absolute imports of these files mean, and the imports of those, and so on.

    What is imported is read in the files, and nothing is run for it.

    Args:
        files: the user's.
        roots: folders in which an absolute import may begin.
        most: files that are given.
    """
    found: dict[Path, None] = {}
    waiting, asked = [*files], set(files)
    names: set[str] = set()
    while waiting and len(found) < most:
        new = _first_names(waiting) - names
        names |= new
        means = [path for root in roots for name in sorted(new) for path in _at(root, name)]
        waiting = [path for path in dict.fromkeys(means) if path not in asked]
        asked.update(waiting)
        found.update(dict.fromkeys(waiting))
    return [*found][:most]


def _at(root: Path, name: str) -> list[Path]:
    """What an import that begins with a name may run."""
    file, folder = root / f"{name}.py", root / name
    found = []
    if is_file(file):
        found.append(file)
    if is_folder(folder):
        found += walked(folder)
    return found


def _first_names(files: Iterable[Path]) -> set[str]:
    names: set[str] = set()
    for path in files:
        if path.suffix == ".py":
            names |= _names_of(path)
    return names


def _names_of(path: Path) -> frozenset[str]:
    """With which the absolute imports of a file begin; none of a file that cannot be read."""
    try:
        found = path.stat()
        return _read(path, f"{found.st_mtime_ns} {found.st_size}")
    except (OSError, ValueError):
        return frozenset()


def _imports(path: Path, _saved: str) -> frozenset[str]:
    names: set[str] = set()
    for several, one, said in IMPORT.findall(source_of(path).decode("utf-8", "replace")):
        listed = several.split(",") if several else [one or said]
        names.update(re.split(r"\W", each.strip())[0] for each in listed)
    return frozenset(names - NOT_SIBLINGS - {""})


_read = Latest(_imports, MOST_KEPT)
