"""Lessons with steps and questions, as a course declares them."""

from pathlib import Path

import pytest

from rollcall.lectures.contents import Contents
from rollcall.lectures.course_path import path_of
from rollcall.lectures.loading import load

MODELS = """
from torch import nn


class Left(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)


class Right(Left):
    pass


class Other(Left):
    pass
"""
HEAD = '[[chapter]]\nfile = "own"\ntitle = "Own"\n'
LESSON = """
[[chapter.lesson]]
left = "Left"
right = "Right"
title = "One"
text = "said"
mode = "eval"
query = { seed = 3 }
"""
ASKING = """
[[chapter.lesson.step]]
text = "asking"
ask = "How many?"
answers = { none = 0, both = 2 }
measured = "left.stepped_tensors"
"""


def contents(folder: Path, course: str) -> Contents:
    (folder / "own.py").write_text(MODELS)
    (folder / "course.toml").write_text(course)
    return load(folder).contents


def problems(found: Contents) -> list[str]:
    return [problem.raised.message for problem in found.problems]


def test_a_lesson_without_steps_is_one_step(tmp_path: Path) -> None:
    found = contents(tmp_path, HEAD + LESSON + LESSON.replace("One", "Two"))
    path = path_of(found)
    assert [(stop.number, stop.lesson.title, stop.step.text) for stop in path] == [
        ("1.1", "One", "said"),
        ("2.1", "Two", "said"),
    ]


def test_a_step_says_what_it_has_otherwise_than_its_lesson(tmp_path: Path) -> None:
    steps = """
[[chapter.lesson.step]]
text = "as it is"
[[chapter.lesson.step]]
text = "more"
query = { find = "weight" }
focus = "weight"
[[chapter.lesson.step]]
text = "elsewhere"
page = "training"
mode = "train"
right = "Other"
"""
    found = contents(tmp_path, HEAD + LESSON + steps)
    assert problems(found) == []
    first, second, third = (stop.step for stop in path_of(found))
    assert (first.left, first.right, first.mode, first.query) == (
        "own.Left",
        "own.Right",
        "eval",
        {"seed": 3},
    )
    assert (second.query, second.focus) == ({"seed": 3, "find": "weight"}, "weight")
    # what the lesson says of its own page means nothing on another
    assert (third.page, third.mode, third.right, third.query) == (
        "training",
        "train",
        "own.Other",
        {},
    )


def test_a_question_offers_texts_that_stand_for_values(tmp_path: Path) -> None:
    (stop,) = path_of(contents(tmp_path, HEAD + LESSON + ASKING))
    question = stop.step.question
    assert question
    assert [(answer.text, answer.value) for answer in question.answers] == [
        ("none", "0"),
        ("both", "2"),
    ]
    listed = ASKING.replace("{ none = 0, both = 2 }", '[0, 2.5, true, "SGD"]')
    (stop,) = path_of(contents(tmp_path, HEAD + LESSON + listed))
    assert stop.step.question
    assert [answer.text for answer in stop.step.question.answers] == ["0", "2.5", "yes", "SGD"]


WRONG = {
    'ask = "How many?"\n': "a question needs ask, answers and measured",
    "answers = { none = 0, both = 2 }\n": "a question needs ask, answers and measured",
    'text = "asking"\n': "text: field required",
}


@pytest.mark.parametrize(("left_out", "said"), WRONG.items())
def test_a_wrong_step_costs_itself_alone(tmp_path: Path, left_out: str, said: str) -> None:
    good = '[[chapter.lesson.step]]\ntext = "good"\n'
    found = contents(tmp_path, HEAD + LESSON + good + ASKING.replace(left_out, ""))
    assert [stop.step.text for stop in path_of(found)] == ["good"]
    (problem,) = problems(found)
    assert said in problem
    assert problem.startswith("chapter own, lesson 1, step 2")


def test_a_question_has_two_to_four_answers(tmp_path: Path) -> None:
    for answers in ("[1]", "[1, 2, 3, 4, 5]"):
        asked = ASKING.replace("{ none = 0, both = 2 }", answers)
        (problem,) = problems(contents(tmp_path, HEAD + LESSON + asked))
        assert "a question has 2 to 4 answers" in problem


def test_a_step_on_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    step = '[[chapter.lesson.step]]\ntext = "lost"\nright = "Lost"\n'
    found = contents(tmp_path, HEAD + LESSON + step)
    assert problems(found) == ["own.py has no model 'Lost'"]


def test_a_chapter_may_show_models_of_other_chapters(tmp_path: Path) -> None:
    story = '[[chapter]]\ntitle = "Story"\n' + LESSON.replace('"Left"', '"own.Left"').replace(
        '"Right"', '"own.Right"'
    )
    found = contents(tmp_path, story + HEAD)
    assert problems(found) == []
    assert [(chapter.title, chapter.file) for chapter in found.chapters] == [
        ("Story", None),
        ("Own", "own"),
    ]
    assert found.twins["own.Left"] == "own.Right"
    assert len(found.chapters[1].models) == 3
    (problem,) = problems(contents(tmp_path, '[[chapter]]\ntitle = "Story"\n' + LESSON))
    assert problem == "a chapter without a file names its models as file.Class, and not 'Left'"


def test_two_chapters_cannot_have_one_file(tmp_path: Path) -> None:
    found = contents(tmp_path, HEAD + LESSON + HEAD.replace('"Own"', '"Again"'))
    assert [chapter.title for chapter in found.chapters] == ["Own"]
    assert problems(found) == ["two chapters have the file own.py; leave it out of the second"]
