"""Lecture files, with the course.toml that tells of them and the names that they have."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rollcall.lectures.declared_course import COURSE
from rollcall.lectures.on_disk import is_file
from rollcall.lectures.target_files import (
    MOST_FILES,
    lecture_files,
    own_files,
    source_of,
    unreadable_folders,
)
from rollcall.lectures.targets import Target, Targets

# What a file has in it that offers a model, or a training loop. One of a folder that has nothing
# of it is not run.
OFFERS = re.compile(rb"^[ \t]*class\s|->|\btype\(|\(\s*model\b[^,)]*,\s*batches\b", re.MULTILINE)


@dataclass(frozen=True)
class Shelf:
    """Files of one folder, and of folders in it, with the course.toml of that folder."""

    folder: Path  # in which the course.toml lies, if there is one
    prefix: str = ""  # with which the names of its files begin
    files: dict[str, Path] = field(default_factory=dict)  # by what the course.toml calls them
    places: dict[str, str] = field(default_factory=dict)  # their names, where not prefix and key
    target: Target | None = None  # None: it is the course
    is_cut: bool = False  # the folder has more files than are served
    unreadable: tuple[Path, ...] = ()  # folders in it whose files nobody can list

    @property
    def is_own(self) -> bool:
        """Whether the command line names it beside the course."""
        return self.target is not None

    @property
    def factory(self) -> str:
        """The only function of its file that is served; "": all of it."""
        if self.target is None:
            return ""
        return self.target.factory

    @property
    def said(self) -> str:
        """As the command line says it."""
        if self.target is None:
            return f"{self.folder}"
        return self.target.said

    @property
    def is_whole(self) -> bool:
        """Whether all files of the course.toml are served, so that one that is not is missing."""
        return self.target is None or self.target.kind == "folder"

    @property
    def course_name(self) -> str:
        """Its course.toml, for a problem in it."""
        return f"{self.prefix}{COURSE}"

    @property
    def roots(self) -> tuple[Path, ...]:
        """Further folders in which imports of its files are looked for."""
        if self.target is None:
            return ()
        return self.target.roots

    def title(self, file: str) -> str | None:
        """Of a file that the course.toml does not mention; None: as its name says."""
        if self.target is None:
            return None
        if self.target.kind == "folder":
            return f"{self.place(file)}.py"
        return self.target.said

    def place(self, file: str) -> str:
        """The name of a file, from what the course.toml calls it."""
        return self.places.get(file, f"{self.prefix}{file}")


def shelves_of(targets: Targets) -> Iterator[Shelf]:
    """The user's own first, in the order of the command line; then the course."""
    for target in targets.own:
        if target.kind == "folder":
            yield from _of_folder(target)
        else:
            yield _of_file(target)
    if targets.course is not None:
        files = {path.stem: path for path in lecture_files(targets.course)}
        yield Shelf(targets.course, files=files)


def _of_file(target: Target) -> Shelf:
    key = target.path.stem
    prefix = target.label.removesuffix(key)
    if prefix == target.label:  # it has another name than its file
        prefix = ""
    places = {key: target.label}
    return Shelf(target.path.parent, prefix, {key: target.path}, places, target)


def _of_folder(target: Target) -> Iterator[Shelf]:
    """A shelf for the folder, and one for each folder in it that has a course of its own."""
    files = own_files(target)
    by_folder: dict[Path, list[Path]] = {target.path: []}
    for path in files:
        by_folder.setdefault(_folder_of_course(path, target.path), []).append(path)
    for folder, paths in by_folder.items():
        inside = folder.relative_to(target.path).as_posix()
        prefix = f"{target.label}/"
        if inside != ".":
            prefix += f"{inside}/"
        shelf = Shelf(folder, prefix, dict(_keyed(paths, folder)), target=target)
        if folder == target.path:
            unreadable = tuple(unreadable_folders(target))
            shelf = replace(shelf, is_cut=len(files) == MOST_FILES, unreadable=unreadable)
        yield shelf


def _keyed(paths: Iterable[Path], folder: Path) -> Iterator[tuple[str, Path]]:
    declared = is_file(folder / COURSE)
    for path in paths:
        if declared or _may_offer(path):
            yield path.relative_to(folder).with_suffix("").as_posix(), path


def _folder_of_course(path: Path, top: Path) -> Path:
    """The nearest folder around a file that has a course.toml, else that of the target."""
    for folder in path.parents:
        if folder == top or is_file(folder / COURSE):
            return folder
    return top


def _may_offer(path: Path) -> bool:
    """Whether to run it: a script that makes no class is none of this."""
    try:
        return OFFERS.search(source_of(path)) is not None
    except (OSError, ValueError):  # which is told when it is loaded
        return True
