"""A lesson opens in its experiment; what it says wrongly is told, and it opens all the same."""

from typing import Any

import pytest

from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.opening import checked, opening
from rollcall.lectures.contents import Chapter, Contents, Lesson, Problem

LESSON = Lesson(title="Lists", text="", left="lists.Bad", right="lists.Good", mode="eval")


def contents(*lessons: Lesson) -> Contents:
    return Contents(
        chapters=(Chapter(file="lists", title="Lists", lessons=lessons, models=()),), problems=()
    )


def test_a_lesson_opens_in_its_experiment_with_what_it_says() -> None:
    lesson = LESSON.model_copy(update={"page": "device", "query": {"seed": 3}})
    query = opening(lesson, EXPERIMENTS)
    assert type(query) is EXPERIMENTS["device"].query
    assert (query.left, query.right) == ("lists.Bad", "lists.Good")
    assert (query.mode, query.seed) == ("eval", 3)
    assert checked(contents(lesson), EXPERIMENTS) == contents(lesson)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"page": "nowhere"}, "there is no page 'nowhere'; there are registry, "),
    ({"query": {"left": "lists.Good"}}, "left is a key of the lesson itself, not of its query"),
    ({"query": {"seed": -1}}, "seed: input should be greater than or equal to 0"),
    ({"query": {"device": "cuda:99"}}, "device: cuda:99 does not exist here; there is cpu"),
    (
        {"query": {"right_device": "cuda:99"}},
        "right_device: cuda:99 does not exist here; there is cpu",
    ),
    (
        {"query": {"colour": "red", "seed": "some"}},
        "seed: input should be a valid integer, unable to parse string as an integer; "
        "colour: extra inputs are not permitted",
    ),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=lambda each: str(each)[:40])
def test_what_a_lesson_says_wrongly_is_told_and_left_out(
    changes: dict[str, Any], said: str
) -> None:
    known = Problem.model_validate(
        {"file": "other.py", "raised": {"type": "SyntaxError", "message": "invalid syntax"}}
    )
    wrong = LESSON.model_copy(update=changes)
    course = contents(LESSON, wrong).model_copy(update={"problems": (known,)})
    mended = checked(course, EXPERIMENTS)
    before, problem = mended.problems
    assert before == known
    assert (problem.file, problem.raised.type) == ("course.toml", "ValueError")
    assert problem.raised.message.startswith(f"lesson 'Lists': {said}")
    first, second = mended.chapters[0].lessons
    assert first == LESSON
    assert second == wrong.model_copy(update={"page": "registry", "query": {}})
    assert opening(second, EXPERIMENTS).left == "lists.Bad"
