"""The experiment with which a step of a course opens, and what the course says wrongly of it."""

from typing import Any, TypeVar

from pydantic import ValidationError

from rollcall.core.devices import accepted
from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Raised
from rollcall.experiments.base import Experiment
from rollcall.lectures.contents import Contents, Lesson, Problem, Step
from rollcall.lectures.declared_course import COURSE

SAID_BY_THE_STEP = ("left", "right", "mode")
SIDES = ("left", "right")
RELATIONS = ("which", "same")  # of the sides: for which of them it holds, whether both are alike


def opening(step: Step, experiments: dict[str, Experiment]) -> PairQuery:
    """The experiment of a step.

    Raises:
        ValueError: the step names no page, or a parameter that its page does not accept.
    """
    if step.page not in experiments:
        raise ValueError(f"there is no page {step.page!r}; there are {', '.join(experiments)}")
    for name in SAID_BY_THE_STEP:
        if name in step.query:
            raise ValueError(f"{name} is a key of the lesson itself, not of its query")
    asked = {**step.query, **{name: getattr(step, name) for name in SAID_BY_THE_STEP}}
    try:
        query = experiments[step.page].query.model_validate(asked)
    except ValidationError as error:
        raise ValueError(
            "; ".join(_said(each["loc"], each["msg"]) for each in error.errors())
        ) from error
    assert isinstance(query, PairQuery)
    return query


def checked(contents: Contents, experiments: dict[str, Experiment]) -> Contents:
    """The same course, every step of which opens; what it said wrongly becomes a problem."""
    problems = list(contents.problems)
    chapters = []
    for chapter in contents.chapters:
        lessons = tuple(_mended_lesson(each, experiments, problems) for each in chapter.lessons)
        chapters.append(chapter.model_copy(update={"lessons": lessons}))
    return contents.model_copy(update={"chapters": tuple(chapters), "problems": tuple(problems)})


def _mended_lesson(
    lesson: Lesson, experiments: dict[str, Experiment], problems: list[Problem]
) -> Lesson:
    if not lesson.steps:
        return _mended(lesson, lesson.title, experiments, problems)
    steps = tuple(_mended(each, lesson.title, experiments, problems) for each in lesson.steps)
    return lesson.model_copy(update={"steps": steps})


S = TypeVar("S", bound=Step)


def _mended(step: S, title: str, experiments: dict[str, Experiment], problems: list[Problem]) -> S:
    changes: dict[str, Any] = {}
    try:
        _refuse_unknown_device(opening(step, experiments))
    except ValueError as error:
        problems.append(_problem(title, error))
        changes["query"] = {}
        if step.page not in experiments:
            changes["page"] = next(iter(experiments))
            changes["question"] = None
    else:
        try:
            _refuse_unknown_measure(step, experiments[step.page])
        except ValueError as error:
            problems.append(_problem(title, error))
            changes["question"] = None
    return step.model_copy(update=changes)


def _problem(title: str, error: ValueError) -> Problem:
    told = ValueError(f"lesson {title!r}: {error}")
    return Problem(file=COURSE, raised=Raised.of(told))


def _refuse_unknown_measure(step: Step, experiment: Experiment) -> None:
    if step.question is None:
        return
    of, _, name = step.question.measured.rpartition(".")
    if of not in (*SIDES, *RELATIONS) or name not in experiment.measures:
        known = ", ".join(experiment.measures) or "none"
        raise ValueError(
            f"measured: {step.question.measured!r} is no measure of {step.page}; write left., "
            f"right., which. or same. before one of its measures: {known}"
        )


def _refuse_unknown_device(query: PairQuery) -> None:
    known = accepted(query.simulates)
    for parameter, device in query.named_devices:
        if device not in known:
            there_is = ", ".join(known)
            raise ValueError(f"{parameter}: {device} does not exist here; there is {there_is}")


def _said(place: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(map(str, place))}: {message[0].lower()}{message[1:]}"
