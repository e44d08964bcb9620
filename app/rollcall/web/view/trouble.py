"""What came between a page and its models with a save, in words: the last result stands below."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.core.model_name import file_of
from rollcall.lectures.contents import Contents, Problem


@dataclass(frozen=True)
class Trouble:
    """What is told above a result that is out of date. It can be sent to another process."""

    title: str
    text: str = ""
    problems: tuple[Problem, ...] = ()  # with the lines of their files
    nearest: str = ""  # name of the model that may have been meant
    nearest_url: str = ""


def course_not_read(problem: Problem) -> Trouble:
    """The course, without which no model has what it declares."""
    text = "No model has its declared input, arguments or lessons now."
    return Trouble(f"{problem.file} cannot be read", text, (problem,))


def no_longer(contents: Contents, models: Sequence[str]) -> Trouble:
    """Models that were there, and are not, or cannot be built any more."""
    title = "; ".join(_no_longer(contents, model) for model in models)
    problem = contents.course_problem_of(models)
    if problem is None:
        return Trouble(title)
    return Trouble(title, problems=(problem,))


def close_to(contents: Contents, model: str) -> str:
    """The model of the same file whose name is most like that of one that is gone; else \"\"."""
    there = [name for name in contents.cards if file_of(name) == file_of(model)]
    close = difflib.get_close_matches(model, there, n=1, cutoff=0.7)
    return next(iter(close), "")


def _no_longer(contents: Contents, model: str) -> str:
    file = file_of(model)
    name = model[len(file) + 1 :]
    for chapter in contents.chapters:
        for card in chapter.models:
            if card.name == model:
                return f"{name} cannot be built any more: it needs {', '.join(card.needs)}"
    return f"{name} is no longer in {file}.py"
