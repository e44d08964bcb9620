"""`course.toml`: the order, lessons, inputs and constructor arguments of lecture files."""

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from rollcall.core.query import Mode

COURSE = "course.toml"
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
    input: list[int] | None = None
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


class DeclaredChapter(_Declared):
    """`[[chapter]]`: one lecture file."""

    file: str = Field(pattern=r"^[^\W\d]\w*$")
    title: str
    input: list[int] | None = None  # shape of the example input; left out, it is guessed
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


class Course(_Declared):
    """The whole file."""

    chapter: list[DeclaredChapter] = []


def read_course(folder: Path) -> Course:
    """The course of a folder, empty where there is none.

    Raises:
        ValueError: it is no TOML, no UTF-8, or says what a course cannot say.
        OSError: it cannot be read.
    """
    path = folder / COURSE
    if not path.exists():
        return Course()
    return Course.model_validate(tomllib.loads(path.read_text("utf-8")))


def line_of(error: Exception) -> int | None:
    """The line at which TOML could not be read on; only the message says it."""
    if not isinstance(error, tomllib.TOMLDecodeError):
        return None
    said = re.search(r"\(at line (\d+),", str(error))
    if said is None:
        return None
    return int(said[1])
