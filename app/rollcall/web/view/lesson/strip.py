"""The strip of a page that belongs to a lesson: what is said there, and what comes next."""

from dataclasses import dataclass
from typing import Any

from rollcall.core.pair_query import PairQuery
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.measured import measured
from rollcall.experiments.opening import opening
from rollcall.lectures.contents import Contents, Question
from rollcall.lectures.course_path import Stop, path_of
from rollcall.web.view.lesson.question import (
    UNCOVERED,
    ShownQuestion,
    answered_question,
    covered_question,
)


@dataclass(frozen=True)
class Strip:
    """What stands above the two models."""

    number: str
    chapter: str
    place: str  # where in the chapter
    title: str
    said: str
    source: str | None  # owner/project#number of somebody's report
    focus: str  # path that is pointed at
    previous: str | None  # addresses
    following: str | None
    back: str | None  # to the step, where this page is another one
    question: ShownQuestion | None
    uncover: str | None  # to the answer; None where nothing is covered


@dataclass(frozen=True)
class UnknownStep:
    """An address names a step that this course does not have."""

    number: str
    last: str  # number of the last one; "" where there is none


def strip_of(
    query: PairQuery, experiment: Experiment, report: Any, contents: Contents
) -> Strip | UnknownStep | None:
    """The strip; None on a page that belongs to no lesson."""
    if not query.lesson:
        return None
    path = path_of(contents)
    places = {stop.number: place for place, stop in enumerate(path)}
    if query.lesson not in places:
        return UnknownStep(query.lesson, path[-1].number if path else "")
    place = places[query.lesson]
    stop = path[place]
    own = step_query(stop, query)
    is_here = (type(own), own.left, own.right) == (type(query), query.left, query.right)
    question, uncover = None, None
    asked = stop.step.question
    if is_here and asked and query.quiz != "off":
        question, uncover = _question(asked, query, experiment, report)
    return Strip(
        number=stop.number,
        chapter=stop.chapter.title,
        place=_place(stop, path),
        title=stop.lesson.title,
        said=stop.step.text,
        source=stop.lesson.source,
        focus=stop.step.focus,
        previous=_address(path, place - 1, query),
        following=_address(path, place + 1, query),
        back=None if is_here else own.url,
        question=question,
        uncover=uncover,
    )


def next_stop(query: PairQuery, contents: Contents) -> Stop | None:
    """The step after the one that a page belongs to; None after the last one."""
    path = path_of(contents)
    numbers = [stop.number for stop in path]
    if query.lesson not in numbers[:-1]:
        return None
    return path[numbers.index(query.lesson) + 1]


def step_query(stop: Stop, shown: PairQuery | None = None) -> PairQuery:
    """The experiment of a step, shown as another page of the path is."""
    query = opening(stop.step, EXPERIMENTS)
    changes = {"lesson": stop.number}
    if shown is not None:
        changes |= {name: getattr(shown, name) for name in ("quiz", "code", "hide", "bare")}
    return query.replace(**changes)


def _question(
    asked: Question, query: PairQuery, experiment: Experiment, report: Any
) -> tuple[ShownQuestion, str | None]:
    """The question, and the address that uncovers the answer."""

    def address(answer: str) -> str:
        return query.replace(answer=answer).url

    if query.answer:
        right = measured(asked, report, experiment.measures)
        return answered_question(asked, address, query.answer, right), None
    return covered_question(asked, address), address(UNCOVERED)


def _address(path: tuple[Stop, ...], place: int, query: PairQuery) -> str | None:
    if not 0 <= place < len(path):
        return None
    return step_query(path[place], query).url


def _place(stop: Stop, path: tuple[Stop, ...]) -> str:
    in_chapter = [each for each in path if each.chapter is stop.chapter]
    return f"{in_chapter.index(stop) + 1} of {len(in_chapter)}"
