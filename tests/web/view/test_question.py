"""Which answer of a question is right: what was measured on the report says so."""

from types import SimpleNamespace
from typing import Any

import pytest

from rollcall.experiments.measured import measured
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.lectures.contents import Answer, Question
from rollcall.web.view.lesson.question import (
    UNCOVERED,
    answered_question,
    covered_question,
)

MEASURES = {"size": lambda side: side.size, "big": lambda side: side.size > 1}


def report(left: int, right: int) -> Any:
    return SimpleNamespace(
        left=SimpleNamespace(size=left, raised=None), right=SimpleNamespace(size=right, raised=None)
    )


def asking(of: str) -> Question:
    answers = tuple(Answer(text=text, value=text) for text in ("1", "2"))
    return Question(text="How large?", answers=answers, measured=of)


@pytest.mark.parametrize(
    ("of", "left", "right", "said"),
    [
        ("left.size", 1, 2, "1"),
        ("right.size", 1, 2, "2"),
        ("right.big", 1, 2, "yes"),
        ("left.big", 1, 2, "no"),
        ("which.big", 2, 1, "left"),
        ("which.big", 1, 2, "right"),
        ("which.big", 2, 2, "both"),
        ("which.big", 1, 1, "neither"),
        ("same.size", 1, 1, "yes"),
        ("same.size", 1, 2, "no"),
    ],
)
def test_what_is_measured(of: str, left: int, right: int, said: str) -> None:
    assert measured(asking(of), report(left, right), MEASURES) == said


def test_a_model_that_raised_has_nothing_to_measure() -> None:
    found = report(1, 2)
    found.right = SimpleNamespace(raised="ValueError")
    assert measured(asking("left.size"), found, MEASURES) == "1"
    for of in ("right.size", "which.big", "same.size"):
        assert measured(asking(of), found, MEASURES) == ""


def address(answer: str) -> str:
    return RegistryQuery(lesson="1.1", answer=answer).url


@pytest.mark.parametrize(
    ("given", "right", "standings", "verdict"),
    [
        ("1", "1", ["right", ""], "Right."),
        ("2", "1", ["right", "wrong"], "No."),
        (UNCOVERED, "1", ["right", ""], ""),
        ("2", "5", ["", "wrong"], "None of these: it was 5."),
        ("2", "", ["", "wrong"], "It could not be measured."),
        ("4", "1", ["right", ""], "No."),  # of an address: there are two answers
    ],
)
def test_an_answer_is_judged(given: str, right: str, standings: list[str], verdict: str) -> None:
    shown = answered_question(asking("left.size"), address, given, right)
    assert [answer.standing for answer in shown.answers] == standings
    assert shown.verdict == verdict


def test_before_it_nothing_is_judged() -> None:
    shown = covered_question(asking("left.size"), address)
    assert [answer.standing for answer in shown.answers] == ["", ""]
    assert (shown.verdict, shown.see) == ("", "")
    assert [answer.url.count("answer=") for answer in shown.answers] == [1, 1]
