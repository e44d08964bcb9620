"""No sentence of the lecture lies: what it claims is asked of what PyTorch did on that page."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from lectures.course import COURSE
from rollcall.lectures.course_path import Stop, path_of
from web.claims import (
    building,
    checked,
    dropout,
    exercises,
    lessons,
    loops,
    registration,
    silent_bugs,
)
from web.claims.claim import CLAIMS, Shown, said

FILES = (
    registration,
    building,
    dropout,
    silent_bugs,
    checked,
    exercises,
    lessons,
    loops,
)  # they fill CLAIMS
PATH = path_of(COURSE.contents)
# What a lesson of several steps says of itself, on the page of lessons, is shown by its own page.
LESSONS = [
    replace(stop, step=stop.lesson)
    for stop in PATH
    if stop.lesson.steps and stop.step is stop.lesson.steps[0]
]


def key(stop: Stop) -> tuple[str, int]:
    """What stays when numbers move."""
    if stop.step is stop.lesson and stop.lesson.steps:
        return stop.lesson.title, lessons.LESSON
    return stop.lesson.title, int(stop.number.rpartition(".")[2])


def named(stop: Stop) -> str:
    number, place = key(stop)[1], stop.number.partition(".")[0]
    return f"{place}.{number}"


@pytest.mark.parametrize("stop", [*PATH, *LESSONS], ids=named)
def test_what_a_step_says_is_true(app_client: TestClient, stop: Stop) -> None:
    claim = CLAIMS.get(key(stop))
    assert claim, f"{stop.number} says something that nothing checks"
    assert said(claim) == stop.step.text, "it says something else now: claim that"
    claim(Shown(stop, app_client))


def test_nothing_is_claimed_that_nobody_says() -> None:
    assert CLAIMS.keys() == {key(stop) for stop in (*PATH, *LESSONS)}
    assert {claim.__module__ for claim in CLAIMS.values()} == {file.__name__ for file in FILES}
