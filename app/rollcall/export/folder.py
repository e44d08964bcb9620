"""The folder of an export: what an export wrote there may be replaced, and nothing else."""

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

LIST = "rollcall-export.txt"  # names what was written, a file in each line


class NotOurs(Exception):
    """The folder holds what no export wrote."""


def refuse_what_is_not_ours(folder: Path) -> None:
    """Refuse a folder that is not empty and that no export wrote.

    Raises:
        NotOurs: it is such a folder, or a file.
        OSError: it cannot be read.
    """
    if folder.exists() and not folder.is_dir():
        raise NotOurs(f"{folder} is a file")
    if folder.exists() and any(folder.iterdir()) and not (folder / LIST).is_file():
        raise NotOurs(f"{folder} is not empty, and no export wrote it: name a new folder")


def write_site(folder: Path, site: Mapping[str, bytes]) -> None:
    """Write all files, and take away those of an earlier export that this one does not have.

    Raises:
        NotOurs: the folder is somebody's, or a file stands there that no export wrote.
        OSError: a file cannot be read or written.
    """
    refuse_what_is_not_ours(folder)
    ours = _written_before(folder)
    for name in site:
        if name not in ours and (folder / name).exists():
            raise NotOurs(f"{folder / name} was written by no export")
    folder.mkdir(parents=True, exist_ok=True)
    # Old and new ones until all are written: an export that was broken off can be made again.
    _write_list(folder, ours | site.keys())
    for name in ours - site.keys():
        (folder / name).unlink(missing_ok=True)
    for name, content in site.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _write_list(folder, site.keys())


def _written_before(folder: Path) -> set[str]:
    if not (folder / LIST).exists():
        return set()
    return {name for name in (folder / LIST).read_text("utf-8").splitlines() if _is_inside(name)}


def _is_inside(name: str) -> bool:
    """Whether a name leads to a file below the folder, whoever wrote the list."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _write_list(folder: Path, names: Collection[str]) -> None:
    (folder / LIST).write_text("".join(f"{name}\n" for name in sorted(names)), "utf-8")
