"""What is told of a model on every page, in the column's own words."""

from rollcall.core.model_code import Warned
from rollcall.core.report import Raised
from rollcall.experiments.notes import Notes
from rollcall.experiments.subject import Subject
from rollcall.web.view.sentence import Sentence, code, em, sentence
from rollcall.web.view.words import all_of

LONGEST = 200  # characters


def notes_of(subject: object) -> list[Sentence]:
    """One sentence for each fact; none for a column that shows no model."""
    if not isinstance(subject, Subject):
        return []
    notes, name = subject.notes, subject.card.class_name
    told = []
    if notes.compiled:
        told.append(_compiled(name, notes))
    told.extend(_raised(raised) for raised in notes.raised)
    told.extend(_warned(warned) for warned in notes.warned)
    return told


def _compiled(name: str, notes: Notes) -> Sentence:
    parts = all_of(notes.compiled)
    return sentence(f"{name}: ", parts, " ran eagerly here, without torch.compile.")


def _raised(raised: Raised) -> Sentence:
    line = ""
    if raised.line:
        line = f" (line {raised.line})"
    words = f": {short(raised.message)}"
    if not raised.message:
        words = ""
    call = code(raised.during)
    return sentence(call, " raises ", em(raised.type), f"{words}{line}. The rest ran without it.")


def _warned(warned: Warned) -> Sentence:
    place = f"{warned.file}, line {warned.line}"
    return sentence(em(warned.type), f": {short(warned.message)} ({place})")


def short(message: str) -> str:
    """One line of it that can be read above a column; the JSON has it all."""
    words = " ".join(message.split())
    if len(words) <= LONGEST:
        return words
    return words[:LONGEST].rpartition(" ")[0] + " …"
