"""What is said of a version of a model that Roll Call has made from its text."""

from rollcall.lectures.contents import ModelCard
from rollcall.web.view.sentence import Sentence, em, sentence

LONG = 20  # letters of a name that a phone shows in one line


def name_of(card: ModelCard) -> str:
    """Its name in a list."""
    if card.version:
        return f"{card.class_name}, {card.version}"
    return card.class_name


def is_long(name: str) -> bool:
    """Whether it may need two lines, where a list shows its choice in one."""
    return len(name) > LONG


def made_by_rule(card: ModelCard) -> Sentence:
    """Who has made it, and what is otherwise than in the file."""
    changes = " ".join(card.changes)
    made = em(f"{card.version} by Roll Call")
    return sentence(f"{card.class_name}, ", made, f": {changes} The file is as it was.")
