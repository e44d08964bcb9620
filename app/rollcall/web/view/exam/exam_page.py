"""The page of an exam: one question about the source of a broken model, and what was right."""

import re
from dataclasses import dataclass

from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.exam.query import QUESTIONS, ExamQuery
from rollcall.experiments.exam.report import AskedQuestion, ExamReport
from rollcall.lectures.source_lines import Source
from rollcall.web.view.lesson.question import (
    UNCOVERED,
    ShownQuestion,
    answered_question,
    covered_question,
)
from rollcall.web.view.source_text import Passage, passages

ANY_NAME = "Net"  # the name of a class says how it was before it was broken


@dataclass(frozen=True)
class Place:
    """One of the questions, in the row of all."""

    number: int
    url: str
    standing: str  # "right", "wrong", "" where nothing was given
    is_here: bool


@dataclass(frozen=True)
class ExamPage:
    """Everything that the page shows."""

    query: ExamQuery
    places: tuple[Place, ...]
    question: ShownQuestion | None  # None: the course has too few models for it
    uncover: str | None  # the address that shows what is right; None after that
    source: list[list[Passage]]
    broken: str  # how it was broken; "" until it is told
    proof: str  # the address that shows it; "" until then
    proof_title: str
    following: str | None  # the next question
    another: str  # another exam
    score: str  # "3 of 4 right"; "" before the first answer


def exam_page(report: ExamReport) -> ExamPage:
    """One question of an exam."""
    query = report.query
    asked = report.shown
    following = None
    if query.question < QUESTIONS:
        following = query.replace(question=query.question + 1).url
    question, uncover, broken, proof, title = None, None, "", "", ""
    if asked is not None:
        question, uncover = _question(asked, query)
        if uncover is None:
            experiment = EXPERIMENTS[asked.page]
            pair = {"left": asked.model, "right": asked.original}
            broken = " ".join(asked.broken)
            proof = experiment.query.model_validate(pair).url
            title = f"{experiment.title}: {asked.question.see}, beside the model as it was"
    return ExamPage(
        query=query,
        places=tuple(_place(number, report) for number in range(1, QUESTIONS + 1)),
        question=question,
        uncover=uncover,
        source=_source(asked),
        broken=broken,
        proof=proof,
        proof_title=title,
        following=following,
        another=ExamQuery(seed=(query.seed + 1) % 2**32).url,
        score=_score(report),
    )


def _question(asked: AskedQuestion, query: ExamQuery) -> tuple[ShownQuestion, str | None]:
    def address(answer: str) -> str:
        return query.answered(answer).url

    question = asked.question.model_copy(update={"see": ""})  # that is on another page
    if query.given:
        return answered_question(question, address, query.given, asked.right), None
    return covered_question(question, address), address(UNCOVERED)


def _place(number: int, report: ExamReport) -> Place:
    query = report.query
    url = query.replace(question=number).url
    return Place(number, url, _standing(number, report), number == query.question)


def _standing(number: int, report: ExamReport) -> str:
    given = report.query.answer[number - 1 : number]
    asked = report.of(number)
    if given in ("", UNCOVERED) or asked is None:
        return ""
    answers = asked.question.answers
    is_right = int(given) <= len(answers) and answers[int(given) - 1].value == asked.right
    return "right" if is_right else "wrong"


def _score(report: ExamReport) -> str:
    standings = [_standing(number, report) for number in range(1, QUESTIONS + 1)]
    given = [standing for standing in standings if standing]
    if not given:
        return ""
    return f"{given.count('right')} of {len(given)} right"


def _source(asked: AskedQuestion | None) -> list[list[Passage]]:
    """The classes of the broken model, without a mark and without its name."""
    if asked is None:
        return []
    name = re.compile(rf"\b{re.escape(asked.class_name)}\b")
    classes = tuple(
        tuple(
            line.model_copy(update={"text": name.sub(ANY_NAME, line.text), "hides": ()})
            for line in of_class
        )
        for of_class in asked.source.classes
    )
    source = Source(file="", classes=classes)
    return passages(source.classes, set())
