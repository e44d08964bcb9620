"""The question of a step, and after it was answered, which answer is right."""

from collections.abc import Callable
from dataclasses import dataclass

from rollcall.lectures.contents import Question

Address = Callable[[str], str]  # of the page after an answer was given, from the answer's number

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


def covered_question(question: Question, address: Address) -> ShownQuestion:
    """The question before it is answered."""
    answers = tuple(
        OfferedAnswer(number, text, address(number), "") for number, text in _numbered(question)
    )
    return ShownQuestion(question.text, answers, "", "")


def answered_question(
    question: Question, address: Address, given: str, right: str
) -> ShownQuestion:
    """The question with its answer. `right` is what was measured."""
    answers = []
    for (number, text), answer in zip(_numbered(question), question.answers, strict=True):
        standing = ""
        if answer.value == right:
            standing = "right"
        elif number == given:
            standing = "wrong"
        answers.append(OfferedAnswer(number, text, address(number), standing))
    verdict = _verdict(answers, given, right)
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
