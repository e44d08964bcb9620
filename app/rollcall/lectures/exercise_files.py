"""The exercises of a course in a folder of one's own: their files, and a course that shows them."""

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollcall.lectures.course_text import course_text

# Both are said elsewhere, too, by modules that import PyTorch, which takes seconds.
COURSE = "course.toml"
PAGE = "exercise"  # on which the lesson of an exercise opens

Chapter = dict[str, Any]


class NoExercises(Exception):
    """A course has no lesson that opens on the page of exercises."""


@dataclass(frozen=True)
class WrittenFiles:
    """What became of each file, by its name."""

    written: tuple[str, ...]
    kept: tuple[str, ...]  # was there before, and stays as it is


def write_exercises(course: Path, folder: Path) -> WrittenFiles:
    """Write what it takes to do the exercises of a course, and to be shown how far one got.

    Args:
        course: the folder of its lecture files.
        folder: where to write; it is made where there is none. No file in it is replaced.

    Raises:
        NoExercises: the course has none.
        OSError: a file cannot be read or written.
        ValueError: the course is no TOML.
    """
    path = course / COURSE
    chapters = tomllib.loads(path.read_text("utf-8")).get("chapter", [])
    files = dict.fromkeys(_files_of_exercises(chapters))
    if not files:
        raise NoExercises(f"no lesson in {path} has page = {PAGE!r}")
    contents = {f"{stem}.py": (course / f"{stem}.py").read_bytes() for stem in files}
    contents[COURSE] = course_text(_needed(chapters, files)).encode()
    folder.mkdir(parents=True, exist_ok=True)
    written, kept = [], []
    for name, content in contents.items():
        try:
            with (folder / name).open("xb") as file:
                file.write(content)
        except FileExistsError:
            kept.append(name)
        else:
            written.append(name)
    return WrittenFiles(tuple(written), tuple(kept))


def _needed(chapters: list[Chapter], files: Collection[str]) -> list[Chapter]:
    """Those with exercises, then what the course says of the models in the other files."""
    shortened = [_with_exercises_only(chapter) for chapter in chapters]
    needed = [each for each in shortened if each["lesson"] or each.get("file") in files]
    return sorted(needed, key=lambda chapter: not chapter["lesson"])


def _files_of_exercises(chapters: list[Chapter]) -> Iterator[str]:
    """First those that are worked in, then those of the solutions."""
    for side in ("left", "right"):
        for chapter in chapters:
            for lesson in _with_exercises_only(chapter)["lesson"]:
                file, _, _ = lesson[side].rpartition(".")
                yield file or chapter["file"]


def _with_exercises_only(chapter: Chapter) -> Chapter:
    lessons = [lesson for lesson in chapter.get("lesson", []) if lesson.get("page") == PAGE]
    return {**chapter, "lesson": lessons}
