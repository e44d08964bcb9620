"""The code of an exercise: its class, the places still marked TODO, and its whole file."""

import io
import tokenize

from rollcall.core.report import Report
from rollcall.experiments.model_source import source_of_class
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.source_lines import Source, SourceLine

MARK = "TODO"


class StudentCode(Report):
    """What is written so far."""

    source: Source
    todo_lines: tuple[int, ...]  # of comments that say TODO
    text: str  # of the whole file


def student_code(factory: ModelFactory) -> StudentCode:
    """Read the file of a model. Nothing is judged by it but that a TODO is left."""
    # Not as a subject's source is read, which builds the model: this one may not come to an end.
    file = factory.lecture_file
    source = source_of_class(file, factory.card.class_name)
    lines = [line for of_class in source.classes for line in of_class]
    return StudentCode(source=source, todo_lines=_marked(lines), text="\n".join(file.lines))


def _marked(lines: list[SourceLine]) -> tuple[int, ...]:
    """The numbers of the lines whose comment says TODO; a string that says so is none."""
    if not lines:
        return ()
    text = "\n".join(line.text for line in lines) + "\n"
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    marked = [token for token in tokens if token.type == tokenize.COMMENT and MARK in token.string]
    return tuple(lines[0].number + token.start[0] - 1 for token in marked)
