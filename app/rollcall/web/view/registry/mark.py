"""The words beside what is unregistered."""

from rollcall.core.entries import Entry
from rollcall.core.walk.found import ATTRIBUTE
from rollcall.web.view.words import whereabouts


def mark(entry: Entry) -> str:
    """That it is unregistered, its rank if it is a note, and where it was found.

    "" of what is registered.
    """
    if entry.status == "registered":
        return ""
    words = ["unregistered"]
    if entry.is_note and entry.rank:
        words.append(entry.rank)
    if entry.found_by and entry.found_by != ATTRIBUTE:
        words.append(whereabouts(entry.found_by))
    return ", ".join(words)
