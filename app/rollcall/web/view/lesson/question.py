"""The question of a step, and after it was answered, which answer is right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rollcall.core.query import PairQuery
from rollcall.lectures.contents import Question
from rollcall.lectures.declared_course import Value
from rollcall.lectures.lesson_steps import as_answer

UNCOVERED = "0"  # in the place of an answer's number: what is right is shown, and none was given


@dataclass(frozen=True)
class OfferedAnswer:
    """One answer."""

    number: str
    text: str
    url: str  # of the page after it was given
    standing: str  # "right", "wrong", "" for one that was neither given nor right


@dataclass(frozen=True)
class ShownQuestion:
    """A question on its page."""

    text: str
    answers: tuple[OfferedAnswer, ...]
    verdict: str  # "" until an answer is given
    see: str  # where on the page what is right can be seen; "" until then


def measured(
    question: Question, report: Any, measures: Mapping[str, Callable[[Any], Value]]
) -> str:
    """What a report says to a question; "" where a model brought nothing to measure."""
    of, _, name = question.measured.rpartition(".")
    measure = measures[name]
    sides = [side for side in ("left", "right") if of in (side, "which", "same")]
    if any(getattr(getattr(report, side), "raised", None) for side in sides):
        return ""
    values = {side: measure(getattr(report, side)) for side in sides}
    if of == "same":
        return as_answer(len(set(values.values())) == 1)
    if of == "which":
        return _which([side for side, value in values.items() if value])
    return as_answer(values[of])


def _which(sides: list[str]) -> str:
    match sides:
        case []:
            return "neither"
        case [side]:
            return side
    return "both"


def covered_question(question: Question, query: PairQuery) -> ShownQuestion:
    """The question before it is answered."""
    answers = tuple(
        OfferedAnswer(number, text, query.replace(answer=number).url, "")
        for number, text in _numbered(question)
    )
    return ShownQuestion(question.text, answers, "", "")


def answered_question(question: Question, query: PairQuery, right: str) -> ShownQuestion:
    """The question with its answer. `right` is what was measured."""
    answers = []
    for (number, text), answer in zip(_numbered(question), question.answers, strict=True):
        standing = ""
        if answer.value == right:
            standing = "right"
        elif number == query.answer:
            standing = "wrong"
        answers.append(OfferedAnswer(number, text, query.replace(answer=number).url, standing))
    verdict = _verdict(answers, query.answer, right)
    return ShownQuestion(question.text, tuple(answers), verdict, question.see)


def _numbered(question: Question) -> list[tuple[str, str]]:
    return [(str(number), answer.text) for number, answer in enumerate(question.answers, 1)]


def _verdict(answers: list[OfferedAnswer], given: str, right: str) -> str:
    if not right:
        return "It could not be measured."
    if not any(answer.standing == "right" for answer in answers):
        return f"None of these: it was {right}."
    if given == UNCOVERED:
        return ""
    if any(answer.number == given and answer.standing == "right" for answer in answers):
        return "Right."
    return "No."
