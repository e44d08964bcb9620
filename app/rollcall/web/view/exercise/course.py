"""The exercises of a course, and what it tells whoever does them."""

from collections.abc import Iterator
from dataclasses import dataclass

from rollcall.experiments.exercise.experiment import EXERCISE, ExerciseQuery, ExerciseReport
from rollcall.lectures.contents import Contents, Lesson
from rollcall.lectures.reference_layer import BY_HAND


@dataclass(frozen=True)
class ExerciseLink:
    """One exercise."""

    name: str  # what is to be written: "Linear" of YourLinear
    url: str
    is_current: bool


def exercises(query: ExerciseQuery, contents: Contents) -> list[ExerciseLink]:
    """In the order of the course; what it was asked with stays."""
    links = []
    for lesson in _lessons(contents):
        asked = query.replace(left=lesson.left, right=lesson.right, x="")
        name = _without_owner(lesson.left.partition(".")[2])
        links.append(ExerciseLink(name, asked.url, lesson.left == query.left))
    return links


def hint_of_course(report: ExerciseReport, contents: Contents) -> str:
    """What the course tells besides to who has tried; "" where it says nothing."""
    if report.left.state != "fail":
        return ""
    for lesson in _lessons(contents):
        if lesson.left == report.query.left and lesson.hint:
            return lesson.hint
    return ""


def _lessons(contents: Contents) -> Iterator[Lesson]:
    for chapter in contents.chapters:
        for lesson in chapter.lessons:
            if lesson.page == EXERCISE.name:
                yield lesson


def _without_owner(class_name: str) -> str:
    for prefix in BY_HAND:
        if class_name.startswith(prefix):
            return class_name.removeprefix(prefix)
    return class_name
