"""What is served: the course, and what the command line names beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["file", "folder", "factory", "installed"]


@dataclass(frozen=True)
class Target:
    """Something of the user's: a file, a folder, or one function that makes a model.

    An installed one is a function of a package that Python imports, and that nobody edits here.
    """

    kind: Kind
    label: str  # with which the names of its models begin: "net", "week1/net", "package.module"
    path: Path  # of the file or the folder, absolute
    roots: tuple[Path, ...] = ()  # folders in which the import of a file is looked for, too
    module: str = ""  # of an installed factory
    factory: str = ""  # its name in the module

    @property
    def said(self) -> str:
        """As the command line says it."""
        if self.factory:
            return f"{self.label}:{self.factory}"
        if self.kind == "folder":
            return f"{self.label}/"
        return f"{self.label}.py"


@dataclass(frozen=True)
class Targets:
    """What is served. It says where the files lie, and holds nothing of what is in them.

    It is decided at the start, and goes to every worker: equal ones have equal hashes.
    """

    course: Path | None  # the folder of its lecture files; None: it is not served
    own: tuple[Target, ...] = ()  # in the order of the command line; shown before the course

    @classmethod
    def of(cls, what: "Path | Targets") -> "Targets":
        """The same, or a folder of lecture files alone."""
        if isinstance(what, Path):
            return cls(course=what)
        return what

    @property
    def watched(self) -> tuple[Path, ...]:
        """The folders in which a saved file changes an answer; of own folders, all below them."""
        folders = [each.path if each.kind == "folder" else each.path.parent for each in self.own]
        if self.course is not None:
            folders.append(self.course)
        return tuple(dict.fromkeys(folders))
