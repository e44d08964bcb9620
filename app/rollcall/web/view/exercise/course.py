"""The exercises of a course, and what it tells whoever does them."""

from dataclasses import dataclass

from rollcall.core.model_name import class_of
from rollcall.experiments.exercise.experiment import EXERCISE, ExerciseQuery, ExerciseReport
from rollcall.lectures.contents import Contents
from rollcall.lectures.course_path import path_of
from rollcall.lectures.reference_layer import BY_HAND


@dataclass(frozen=True)
class ExerciseLink:
    """One exercise."""

    name: str  # what is to be written: "Linear" of YourLinear
    url: str
    is_current: bool


def exercises(query: ExerciseQuery, contents: Contents) -> list[ExerciseLink]:
    """In the order of the course; on a page of its path, each is a step of it.

    Those in a folder of one's own are no exercises of the course, where both are served.
    """
    links = []
    is_own = query.left in contents.own
    for stop in path_of(contents):
        step = stop.step
        if step.page == EXERCISE.name and (step.left in contents.own) == is_own:
            asked = query.replace(left=step.left, right=step.right, x="", lesson="")
            if query.lesson:
                asked = asked.replace(lesson=stop.number)
            name = _without_owner(class_of(step.left))
            links.append(ExerciseLink(name, asked.url, step.left == query.left))
    return links


def hint_of_course(report: ExerciseReport, contents: Contents) -> str:
    """What the course tells besides to who has tried; "" where it says nothing."""
    if report.left.state != "fail":
        return ""
    for stop in path_of(contents):
        if stop.step.page == EXERCISE.name and stop.step.left == report.query.left:
            return stop.lesson.hint
    return ""


def _without_owner(class_name: str) -> str:
    for prefix in BY_HAND:
        if class_name.startswith(prefix):
            return class_name.removeprefix(prefix)
    return class_name
