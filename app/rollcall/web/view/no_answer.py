"""A column whose model brought no answer: what stands there in large, and in the narration."""

from dataclasses import dataclass

from rollcall.core.no_answer import NoAnswer
from rollcall.experiments.subject import Subject
from rollcall.web.view.sentence import Sentence, em, sentence
from rollcall.web.view.words import cannot


@dataclass(frozen=True)
class Silence:
    """What stands in the place of a column."""

    first: str
    second: str


def no_answer(subject: Subject) -> Silence | None:
    """How a model came to bring no answer; None where it brought one, or raised something."""
    failure = subject.raised
    if not isinstance(failure, NoAnswer):
        return None
    if failure.seconds is not None:
        return Silence(_within(failure.seconds), "and was stopped")
    return Silence("its process ended", _with_code(failure.exit_code))


def without_result(subject: Subject, what: str) -> Sentence:
    """Why nothing is told of a model that could not be `what`: built, run, trained."""
    name, failure = subject.card.said, subject.raised
    assert failure
    if not isinstance(failure, NoAnswer):
        return cannot(name, what, failure)
    if failure.seconds is not None:
        return sentence(em(f"{name} did not answer"), f" {_within(failure.seconds)}.")
    ended = f" {_with_code(failure.exit_code)}".rstrip()
    return sentence(em(f"{name} ended its process"), f"{ended}.")


def _within(seconds: float) -> str:
    if seconds == 1:
        return "within 1 second"
    return f"within {seconds:g} seconds"


def _with_code(exit_code: int | None) -> str:
    if exit_code is None:
        return ""
    return f"with exit code {exit_code}"
