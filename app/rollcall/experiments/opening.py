"""The experiment with which a lesson opens, and what a course says wrongly about it."""

from collections.abc import Iterator

from pydantic import ValidationError

from rollcall.core.devices import accepted
from rollcall.core.query import PairQuery
from rollcall.core.report import Raised
from rollcall.experiments.base import Experiment
from rollcall.lectures.contents import Contents, Lesson, Problem
from rollcall.lectures.course_toml import COURSE

SAID_BY_THE_LESSON = ("left", "right", "mode")


def opening(lesson: Lesson, experiments: dict[str, Experiment]) -> PairQuery:
    """The experiment of a lesson.

    Raises:
        ValueError: the lesson names no page, or a parameter that its page does not accept.
    """
    if lesson.page not in experiments:
        raise ValueError(f"there is no page {lesson.page!r}; there are {', '.join(experiments)}")
    for name in SAID_BY_THE_LESSON:
        if name in lesson.query:
            raise ValueError(f"{name} is a key of the lesson itself, not of its query")
    asked = {**lesson.query, **{name: getattr(lesson, name) for name in SAID_BY_THE_LESSON}}
    try:
        query = experiments[lesson.page].query.model_validate(asked)
    except ValidationError as error:
        raise ValueError(
            "; ".join(_said(each["loc"], each["msg"]) for each in error.errors())
        ) from error
    assert isinstance(query, PairQuery)
    return query


def checked(contents: Contents, experiments: dict[str, Experiment]) -> Contents:
    """The same course, every lesson of which opens; what it said wrongly becomes a problem."""
    problems = list(contents.problems)
    chapters = []
    for chapter in contents.chapters:
        lessons = tuple(_mended(chapter.lessons, experiments, problems))
        chapters.append(chapter.model_copy(update={"lessons": lessons}))
    return contents.model_copy(update={"chapters": tuple(chapters), "problems": tuple(problems)})


def _mended(
    lessons: tuple[Lesson, ...],
    experiments: dict[str, Experiment],
    problems: list[Problem],
) -> Iterator[Lesson]:
    for lesson in lessons:
        try:
            _refuse_unknown_device(opening(lesson, experiments))
        except ValueError as error:
            told = ValueError(f"lesson {lesson.title!r}: {error}")
            problems.append(Problem(file=COURSE, raised=Raised.of(told)))
            page = lesson.page
            if page not in experiments:
                page = next(iter(experiments))
            yield lesson.model_copy(update={"page": page, "query": {}})
        else:
            yield lesson


def _refuse_unknown_device(query: PairQuery) -> None:
    known = accepted(query.simulates)
    if query.device not in known:
        raise ValueError(f"device: {query.device} does not exist here; there is {', '.join(known)}")


def _said(place: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(map(str, place))}: {message[0].lower()}{message[1:]}"
