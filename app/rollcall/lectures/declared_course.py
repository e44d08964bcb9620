"""What `course.toml` may declare: chapters, lessons and their steps, models."""

import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from rollcall.core.input.input_spec import GroupSpec
from rollcall.core.model_name import FILE_NAME
from rollcall.core.query import Mode
from rollcall.lectures.declared_input import declared_input

COURSE = "course.toml"
REPORT = r"^[\w.-]+/[\w.-]+#\d+$"
Input = Annotated[GroupSpec | None, PlainValidator(declared_input)]
Parameter = bool | int | float | str | list[str]
Value = bool | int | float | str  # that is measured, and that an answer stands for
FEWEST_ANSWERS, MOST_ANSWERS = 2, 4


class Declared(BaseModel):
    """A misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid")


class DeclaredModel(Declared):
    """`[chapter.models.NAME]`: how one model is built and called, where the chapter does not say.

    `reference` is what it is checked against: `nn.GELU`, a model of this file, or `file.Class`.
    MyGELU needs none, because its name says it.
    """

    args: list[int | float | bool | str] = []
    input: Input = None
    reference: str | None = None


class DeclaredQuestion(Declared):
    """What a lesson or a step may ask before its page is shown."""

    ask: str = ""
    answers: list[Value] | dict[str, Value] = []  # or what each says, with the value it stands for
    measured: str = ""  # "left.stepped_tensors": a measure of the page, taken of one side
    see: str = ""  # where on the page the answer can be seen
    focus: str = ""  # path that is pointed at

    @model_validator(mode="after")
    def _asks_all_or_nothing(self) -> Self:
        said = [bool(self.ask), bool(self.answers), bool(self.measured)]
        if any(said) and not all(said):
            raise ValueError("a question needs ask, answers and measured")
        if self.answers and not FEWEST_ANSWERS <= len(self.answers) <= MOST_ANSWERS:
            raise ValueError(f"a question has {FEWEST_ANSWERS} to {MOST_ANSWERS} answers")
        return self


class DeclaredStep(DeclaredQuestion):
    """`[[chapter.lesson.step]]`: what a step has otherwise than its lesson, and what is said.

    On another page than that of the lesson, the lesson's `query` says nothing.
    """

    text: str
    left: str | None = None
    right: str | None = None
    page: str | None = None
    mode: Mode | None = None
    query: dict[str, Parameter] = {}


class DeclaredLesson(DeclaredQuestion):
    """`[[chapter.lesson]]`: two models side by side.

    The right one is the corrected left one, unless `twin = false`. A model of another file is
    written `file.Class`. `page`, `mode` and `query` say where the lesson opens; what does not fit
    is a problem on the page of lessons. A lesson without steps is one step.
    """

    left: str
    right: str
    title: str
    text: str
    # the public report of somebody whom this cost something: owner/project#number
    source: str | None = Field(None, pattern=REPORT)
    hint: str = ""  # of an exercise: told besides while a check fails
    twin: bool = True
    page: str = "registry"
    mode: Mode = "train"
    query: dict[str, Parameter] = {}  # further parameters of that page
    step: list[DeclaredStep] = []


class DeclaredChapter(Declared):
    """`[[chapter]]`: a part of the course. The chapter of a lecture file lists its models."""

    file: str | None = Field(None, pattern=FILE_NAME)  # without .py; "sub/net" in a folder
    title: str
    input: Input = None  # what every model of the file is called with; left out, it is guessed
    lesson: list[DeclaredLesson] = []
    models: dict[str, DeclaredModel] = {}

    @model_validator(mode="before")
    @classmethod
    def _is_titled(cls, raw: Any) -> Any:
        """The name of its file is a title, too."""
        if isinstance(raw, dict) and isinstance(raw.get("file"), str):
            return {"title": _title(raw["file"]), **raw}
        return raw

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.file and not self.lesson:
            raise ValueError("it needs a file, or lessons")
        return self

    @classmethod
    def of_file(cls, file: str, title: str | None = None) -> "DeclaredChapter":
        """What goes for a file that the course does not mention.

        Raises:
            ValueError: a query could not name its models.
        """
        if not re.fullmatch(FILE_NAME, file):
            raise ValueError(f"{file!r} cannot stand in an address: rename the file")
        return cls(file=file, title=title or _title(file))


def _title(file: str) -> str:
    return file.replace("_", " ").capitalize()
