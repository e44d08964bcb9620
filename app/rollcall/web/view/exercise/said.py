"""A hint for whatever was raised: what was said is shown below it."""

from rollcall.core.report import Raised
from rollcall.web.view.sentence import Sentence, sentence


def read_the_message(raised: Raised) -> Sentence:
    """Where it was raised, and how one reads what was said."""
    if raised.type == NotImplementedError.__name__:
        return sentence("It is still to be written.")
    if raised.line is None:
        return sentence(f"{raised.type}: read the message from its end.")
    return sentence(f"Line {raised.line} raised {raised.type}: read the message from its end.")
