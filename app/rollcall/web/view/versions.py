"""What is said of a version of a model that Roll Call has made from its text."""

from rollcall.lectures.contents import ModelCard
from rollcall.web.view.sentence import Sentence, em, sentence


def name_of(card: ModelCard) -> str:
    """Its name in a list."""
    if card.version:
        return f"{card.class_name}, {card.version}"
    return card.class_name


def made_by_rule(card: ModelCard) -> Sentence:
    """Who has made it, and what is otherwise than in the file."""
    return sentence(
        f"{card.class_name}, ", em("fixed by Roll Call"), f": {' '.join(card.changes)}", NOT_WRITTEN
    )


NOT_WRITTEN = " Your file is as it was."
