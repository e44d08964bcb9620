"""One cell of a table that answers a question: a mark for the eye, and words."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["yes", "no", "na", ""]  # na: the question was not asked


@dataclass(frozen=True)
class TableCell:
    """What the macro `cell` lays out."""

    kind: Kind
    mark: str  # "" where words say it all
    text: str
    title: str = ""
    detail: str = ""  # after the text, where there is room
    below: tuple[str, ...] = ()  # a line each
    unseen: str = ""  # before the text, for whoever hears the page


def not_asked(why: str, unseen: str) -> TableCell:
    """A dash that says why."""
    return TableCell("na", "–", "", title=why, unseen=unseen)
