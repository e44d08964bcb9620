"""Hints to whoever wrote code that raises, or brings no answer at all."""

from rollcall.core.no_answer import NoAnswer
from rollcall.core.report import Raised
from rollcall.experiments.subject import Subject
from rollcall.web.view.sentence import Sentence, sentence


def read_the_message(raised: Raised) -> Sentence:
    """How one reads what was said: the page shows it below, with its line."""
    if raised.type == NotImplementedError.__name__:
        return sentence("It is still to be written.")
    return sentence("It stops with an exception: read the message from its end.")


def silent_hint(subject: Subject) -> str:
    """Why there is no answer; "" where there is one."""
    failure = subject.raised
    if not isinstance(failure, NoAnswer):
        return ""
    if failure.seconds is not None:
        return f"It was stopped after {failure.seconds:g} seconds. Which loop has no end?"
    return "Its process ended: something in it leaves Python, or breaks it."
