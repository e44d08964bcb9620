"""A lesson opens in its experiment; what it says wrongly is told, and it opens all the same."""

from typing import Any

import pytest

from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.opening import checked, opening
from rollcall.lectures.contents import Answer, Chapter, Contents, Lesson, Problem, Question, Step

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


QUESTION = Question(
    text="How many answer?", answers=(Answer(text="2", value="2"),), measured="left.answering"
)


def asked(measured: str) -> Step:
    question = QUESTION.model_copy(update={"measured": measured})
    return Step(text="", left="lists.Bad", right="lists.Good", question=question)


@pytest.mark.parametrize("measured", ["left.{}", "right.{}", "which.{}", "same.{}"])
def test_a_question_asks_for_a_measure_of_its_page(measured: str) -> None:
    name = next(iter(EXPERIMENTS["registry"].measures))
    course = contents(LESSON.model_copy(update={"steps": (asked(measured.format(name)),)}))
    assert checked(course, EXPERIMENTS) == course


@pytest.mark.parametrize("measured", ["left.colour", "both.answering", "answering", ""])
def test_a_question_for_what_nothing_measures_is_told_and_left_out(measured: str) -> None:
    """The step itself opens as it was, and so do the others of its lesson."""
    steps = (asked(measured), asked(measured).model_copy(update={"question": None}))
    mended = checked(contents(LESSON.model_copy(update={"steps": steps})), EXPERIMENTS)
    (problem,) = mended.problems
    known = ", ".join(EXPERIMENTS["registry"].measures)
    assert problem.raised.message == (
        f"lesson 'Lists': measured: {measured!r} is no measure of registry; write left., right., "
        f"which. or same. before one of its measures: {known}"
    )
    assert mended.chapters[0].lessons[0].steps == (steps[1], steps[1])


def test_a_step_on_a_page_that_does_not_exist_asks_nothing() -> None:
    step = asked("left.colour").model_copy(update={"page": "nowhere", "query": {"seed": 3}})
    mended = checked(contents(LESSON.model_copy(update={"steps": (step,)})), EXPERIMENTS)
    first = next(iter(EXPERIMENTS))
    without: dict[str, Any] = {"page": first, "query": {}, "question": None}
    assert mended.chapters[0].lessons[0].steps == (step.model_copy(update=without),)
    assert len(mended.problems) == 1
