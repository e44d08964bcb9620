"""What is told of a model on every page, in the column's own words."""

from rollcall.experiments.notes import Notes
from rollcall.experiments.subject import Subject
from rollcall.web.view.sentence import Sentence, sentence
from rollcall.web.view.words import all_of


def notes_of(subject: object) -> list[Sentence]:
    """One sentence for each fact; none for a column that shows no model."""
    if not isinstance(subject, Subject):
        return []
    notes, name = subject.notes, subject.card.class_name
    told = []
    if notes.compiled:
        told.append(_compiled(name, notes))
    return told


def _compiled(name: str, notes: Notes) -> Sentence:
    parts = all_of(notes.compiled)
    return sentence(f"{name}: ", parts, " ran eagerly here, without torch.compile.")
