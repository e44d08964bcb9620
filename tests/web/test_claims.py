"""No sentence of the lecture lies: what it claims is asked of what PyTorch did on that page."""

import pytest
from starlette.testclient import TestClient

from lectures.course import COURSE
from rollcall.lectures.course_path import Stop, path_of
from web.claims import building, checked, dropout, exercises, loops, registration, silent_bugs
from web.claims.claim import CLAIMS, Shown, said

FILES = (
    registration,
    building,
    dropout,
    silent_bugs,
    checked,
    exercises,
    loops,
)  # they fill CLAIMS
PATH = path_of(COURSE.contents)


def key(stop: Stop) -> tuple[str, int]:
    """What stays when numbers move."""
    return stop.lesson.title, int(stop.number.rpartition(".")[2])


@pytest.mark.parametrize("stop", PATH, ids=lambda stop: stop.number)
def test_what_a_step_says_is_true(app_client: TestClient, stop: Stop) -> None:
    claim = CLAIMS.get(key(stop))
    assert claim, f"{stop.number} says something that nothing checks"
    assert said(claim) == stop.step.text, "it says something else now: claim that"
    claim(Shown(stop, app_client))


def test_nothing_is_claimed_that_nobody_says() -> None:
    assert CLAIMS.keys() == {key(stop) for stop in PATH}
    assert {claim.__module__ for claim in CLAIMS.values()} == {file.__name__ for file in FILES}
