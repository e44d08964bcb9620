"""Lessons as a course declares them, with all that their steps leave unsaid."""

from collections.abc import Callable

from rollcall.lectures.contents import Answer, Lesson, Question, Step
from rollcall.lectures.declared_course import (
    DeclaredLesson,
    DeclaredQuestion,
    DeclaredStep,
    Value,
)


def lesson_of(declared: DeclaredLesson, named: Callable[[str], str]) -> Lesson:
    """The lesson; `named` completes the name of a model."""
    lesson = Lesson(
        title=declared.title,
        source=declared.source,
        hint=declared.hint,
        text=declared.text,
        left=named(declared.left),
        right=named(declared.right),
        page=declared.page,
        mode=declared.mode,
        query=declared.query,
        focus=declared.focus,
        question=_question(declared),
    )
    steps = tuple(_step(step, lesson, named) for step in declared.step)
    return lesson.model_copy(update={"steps": steps})


def as_answer(value: Value) -> str:
    """How a value is written as an answer."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _step(declared: DeclaredStep, lesson: Lesson, named: Callable[[str], str]) -> Step:
    query = declared.query
    if declared.page in (None, lesson.page):
        query = {**lesson.query, **query}
    return Step(
        text=declared.text,
        left=named(declared.left or lesson.left),
        right=named(declared.right or lesson.right),
        page=declared.page or lesson.page,
        mode=declared.mode or lesson.mode,
        query=query,
        focus=declared.focus,
        question=_question(declared),
    )


def _question(declared: DeclaredQuestion) -> Question | None:
    if not declared.ask:
        return None
    answers = declared.answers
    if isinstance(answers, list):
        answers = {as_answer(value): value for value in answers}
    offered = [Answer(text=text, value=as_answer(value)) for text, value in answers.items()]
    return Question(
        text=declared.ask, answers=tuple(offered), measured=declared.measured, see=declared.see
    )
