"""Reads `course.toml`; what it declares wrongly costs its own entry."""

import copy
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rollcall.lectures.course_lines import CourseLines
from rollcall.lectures.declared_course import COURSE, DeclaredChapter


@dataclass(frozen=True)
class WrongEntry:
    """One that says what a course cannot say; it is left out, and nothing else."""

    sentence: str
    line: int | None


@dataclass(frozen=True)
class Course:
    """The whole file, without its wrong entries."""

    chapters: tuple[DeclaredChapter, ...] = ()
    wrong: tuple[WrongEntry, ...] = ()


def read_course(folder: Path) -> Course:
    """The course of a folder, empty where there is none.

    Raises:
        ValueError: it is no TOML, or no UTF-8.
        OSError: it cannot be read.
    """
    path = folder / COURSE
    if not path.exists():
        return Course()
    text = path.read_text("utf-8")
    return _Reading(tomllib.loads(text), CourseLines(text)).course


class _Reading:
    """Keeps what is right, and notes what is wrong."""

    def __init__(self, raw: dict[str, Any], lines: CourseLines) -> None:
        self._lines = lines
        self._wrong: list[WrongEntry] = []
        for key in raw:
            if key != "chapter":
                self._note((key,), f"{key!r} is no key of a course; there is [[chapter]]")
        chapters = raw.get("chapter", [])
        if not isinstance(chapters, list):
            self._note(("chapter",), "a chapter begins with [[chapter]], in two brackets")
            chapters = []
        read = [self._chapter(place, each) for place, each in enumerate(chapters)]
        self.course = Course(tuple(each for each in read if each), tuple(self._wrong))

    def _chapter(self, place: int, raw: Any) -> DeclaredChapter | None:
        """One chapter; wrong entries are taken out of it until the rest is right."""
        while True:
            try:
                return DeclaredChapter.model_validate(raw)
            except ValidationError as error:
                first = error.errors()[0]
            entry = _entry(first["loc"], raw)
            self._note(("chapter", place, *first["loc"]), _sentence(raw, first["loc"], first))
            if not entry or not isinstance(raw, dict):
                return None
            raw = _without(raw, entry)

    def _note(self, loc: Sequence[str | int], sentence: str) -> None:
        self._wrong.append(WrongEntry(sentence, self._lines.line(loc)))


def _entry(loc: tuple[str | int, ...], raw: Any) -> tuple[str | int, ...]:
    """What a wrong value costs: a lesson or a step, or a key of a model or of the chapter.

    Empty: the whole chapter, which without a file and a title is none.
    """
    match loc:
        case ("file", *_) | ():
            return ()
        case ("title", *_) if "file" not in raw:
            return ()
        case ("lesson", int(), "step", int(), *_):
            return loc[:4]
        case ("lesson", int(), *_):
            return loc[:2]
        case ("models", _, _, *_):
            return loc[:3]
        case ("models", _):
            return loc[:2]
    return loc[:1]


def _without(raw: dict[str, Any], entry: tuple[str | int, ...]) -> dict[str, Any]:
    """The same chapter without an entry."""
    changed = copy.deepcopy(raw)
    holder: Any = changed
    for key in entry[:-1]:
        holder = holder[key]
    if entry == ("title",):
        changed["title"] = DeclaredChapter.of_file(str(raw["file"])).title
    else:
        del holder[entry[-1]]
    return changed


def _sentence(raw: Any, loc: tuple[str | int, ...], error: Any) -> str:
    """Where it stands, and what is wrong with it."""
    where = ["chapter"]
    if isinstance(raw, dict) and isinstance(raw.get("file"), str):
        where = [f"chapter {raw['file']}"]
    for key in loc:
        if isinstance(key, int):
            where[-1] = f"{where[-1]} {key + 1}"
        else:
            where.append(key)
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "there is no such key"
    return f"{', '.join(where)}: {message[:1].lower()}{message[1:]}"


def line_of(error: Exception) -> int | None:
    """The line at which TOML could not be read on; only the message says it."""
    if not isinstance(error, tomllib.TOMLDecodeError):
        return None
    said = re.search(r"\(at line (\d+),", str(error))
    if said is None:
        return None
    return int(said[1])
