"""`course.toml`: the order, lessons, inputs and constructor arguments of lecture files."""

import copy
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from rollcall.core.input.input_spec import GroupSpec
from rollcall.core.query import Mode
from rollcall.lectures.course_lines import CourseLines
from rollcall.lectures.declared_input import declared_input

COURSE = "course.toml"
Input = Annotated[GroupSpec | None, PlainValidator(declared_input)]
Parameter = bool | int | float | str | list[str]


class _Declared(BaseModel):
    """A misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid")


class DeclaredModel(_Declared):
    """`[chapter.models.NAME]`: how one model is built and called, where the chapter does not say.

    `reference` is what it is checked against: `nn.GELU`, a model of this file, or `file.Class`.
    MyGELU needs none, because its name says it.
    """

    args: list[int | float | bool | str] = []
    input: Input = None
    reference: str | None = None


class DeclaredLesson(_Declared):
    """`[[chapter.lesson]]`: two models side by side.

    The right one is the corrected left one, unless `twin = false`. A model of another file is
    written `file.Class`. `page`, `mode` and `query` say where the lesson opens; what does not fit
    is a problem on the page of lessons.
    """

    left: str
    right: str
    title: str
    text: str
    twin: bool = True
    page: str = "registry"
    mode: Mode = "train"
    query: dict[str, Parameter] = {}  # further parameters of that page
    hint: str = ""  # of an exercise: told besides while a check fails


class DeclaredChapter(_Declared):
    """`[[chapter]]`: one lecture file."""

    file: str = Field(pattern=r"^[^\W\d]\w*$")
    title: str
    input: Input = None  # what every model of the file is called with; left out, it is guessed
    lesson: list[DeclaredLesson] = []
    models: dict[str, DeclaredModel] = {}

    def named(self, model: str) -> str:
        """The full name of a model, which a chapter may leave out for its own."""
        if "." in model:
            return model
        return f"{self.file}.{model}"

    @classmethod
    def of_file(cls, stem: str) -> "DeclaredChapter":
        """What goes for a file that the course does not mention."""
        if not stem.isidentifier():  # a query names a model as file.Class
            raise ValueError(f"{stem} is no Python name, such as my_models: rename the file")
        return cls(file=stem, title=stem.replace("_", " ").capitalize())


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
            entry = _entry(first["loc"])
            self._note(("chapter", place, *first["loc"]), _sentence(raw, first["loc"], first))
            if not entry or not isinstance(raw, dict):
                return None
            raw = _without(raw, entry)

    def _note(self, loc: Sequence[str | int], sentence: str) -> None:
        self._wrong.append(WrongEntry(sentence, self._lines.line(loc)))


def _entry(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """What a wrong value costs: a lesson, or a key of a model or of the chapter.

    Empty: the whole chapter, which without its file is none.
    """
    match loc:
        case ("file", *_) | ():
            return ()
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
