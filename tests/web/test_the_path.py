"""The lecture: every step opens, and each question has one right answer among those offered."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from lectures.course import COURSE
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.measured import measured
from rollcall.lectures.course_path import Stop, path_of
from rollcall.web.view.lesson.strip import step_query
from web.page import Page

PATH = path_of(COURSE.contents)
STORY = [stop for stop in PATH if stop.chapter.file is None]
ASKING = [stop for stop in PATH if stop.step.question]


def number(stop: Stop) -> str:
    return stop.number


def report(client: TestClient, stop: Stop) -> Any:
    answer = client.get(step_query(stop).json_url)
    assert answer.status_code == 200
    return EXPERIMENTS[stop.step.page].report.model_validate_json(answer.content)


def test_the_lecture_has_some_thirty_steps_and_asks_in_every_second() -> None:
    assert 25 <= len(STORY) <= 40
    asking = sum(stop.step.question is not None for stop in STORY)
    assert len(STORY) / 2 <= asking
    assert {stop.step.page for stop in STORY} == set(EXPERIMENTS) - {"exercise"}


def test_a_sentence_and_a_question_are_short() -> None:
    for stop in PATH:
        assert len(stop.step.text) <= 150, stop.number
        assert stop.step.text[-1] in ".:", stop.number
    for stop in ASKING:
        question = stop.step.question
        assert question
        assert len(question.text) <= 80, stop.number
        assert question.text.endswith("?"), stop.number
        assert question.see, stop.number
        values = [answer.value for answer in question.answers]
        assert len(set(values)) == len(values), stop.number


@pytest.mark.parametrize("stop", ASKING, ids=number)
def test_one_of_the_answers_is_right(app_client: TestClient, stop: Stop) -> None:
    question = stop.step.question
    assert question
    right = measured(question, report(app_client, stop), EXPERIMENTS[stop.step.page].measures)
    assert right in {answer.value for answer in question.answers}


COUNTED = re.compile(r"left's (\d+) tensors")
COUNTING = [stop for stop in ASKING if COUNTED.search(stop.step.question.text)]  # type: ignore[union-attr]
TENSORS: dict[str, Callable[[Any], Any]] = {
    "training": lambda left: left.tensors,
    "registry": lambda left: left.roll_call.tensors,
    "device": lambda left: left.move.tensors,
    "step": lambda left: left.moment.tensors,
    "loops": lambda left: left.parameters,
}


@pytest.mark.parametrize("stop", COUNTING, ids=number)
def test_the_tensors_of_a_question_are_those_of_its_page(
    app_client: TestClient, stop: Stop
) -> None:
    question = stop.step.question
    assert question
    counted = TENSORS[stop.step.page](report(app_client, stop).left)
    assert COUNTED.findall(question.text) == [str(len(counted))]


QUOTING = [stop for stop in ASKING if "“" in stop.step.question.see]  # type: ignore[union-attr]


@pytest.mark.parametrize("stop", QUOTING, ids=number)
def test_where_an_answer_is_seen_has_that_name_on_the_page(
    app_client: TestClient, stop: Stop
) -> None:
    question = stop.step.question
    assert question
    page = Page.of(app_client.get(step_query(stop).replace(quiz="off").url))
    assert re.findall("“(.+)”", question.see)[0] in page.text


@pytest.mark.parametrize("stop", [stop for stop in PATH if stop.step.focus], ids=number)
def test_what_is_pointed_at_stands_on_the_page(app_client: TestClient, stop: Stop) -> None:
    answer = app_client.get(step_query(stop).replace(quiz="off").url)
    assert re.search(rf'data-(path|line)="{re.escape(stop.step.focus)}', answer.text)


@pytest.mark.parametrize("stop", STORY, ids=number)
def test_the_pages_of_the_path_say_where_one_is(app_client: TestClient, stop: Stop) -> None:
    answer = app_client.get(step_query(stop).url)
    assert answer.status_code == 200
    for said in (stop.lesson.title, stop.chapter.title):
        assert said in answer.text
