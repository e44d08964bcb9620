"""What is told of a model on every page, above its column."""

from collections.abc import Sequence

from rollcall.core.heard import Warned
from rollcall.core.process.process_state import StateChange
from rollcall.core.report import Raised
from rollcall.experiments.notes import Notes
from rollcall.experiments.subject import Subject
from rollcall.web.view.sentence import Part, Sentence, code, em, joined, sentence
from rollcall.web.view.versions import made_by_rule
from rollcall.web.view.words import all_of, one_line

MOST_CHANGES = 4  # that are told
VERBS = {"replaced": "replaces", "added": "adds", "deleted": "deletes"}


def notes_of(subject: object) -> list[Sentence]:
    """One sentence for each fact; none for a column that shows no model."""
    if not isinstance(subject, Subject):
        return []
    notes, name = subject.notes, subject.card.said
    told = []
    if subject.card.version:
        told.append(made_by_rule(subject.card))
    if notes.compiled:
        told.append(_compiled(name, notes))
    if notes.state_changes:
        told.append(changes_of(name, notes.state_changes))
    told.extend(_raised(raised) for raised in notes.raised)
    told.extend(_warned(warned) for warned in notes.warned)
    if notes.more_warned:
        told.append(sentence(f"{name} warns of more than these {len(notes.warned)}."))
    return told


def changes_of(name: str, changes: Sequence[StateChange]) -> Sentence:
    """What a model or a file changes for the whole process, and who sees it."""
    parts: list[Part] = [_change(each) for each in changes[:MOST_CHANGES]]
    more = len(changes) - len(parts)
    if more:
        parts.append(f"changes {more} more")
    listed = joined(parts, ", ")
    if len(parts) > 1:
        listed = sentence(joined(parts[:-1], ", "), " and ", parts[-1])
    return sentence(f"{name} ", listed, " for the whole process; no other model sees that here.")


def _compiled(name: str, notes: Notes) -> Sentence:
    parts = all_of(notes.compiled)
    return sentence(f"{name}: ", parts, " ran eagerly here, without torch.compile.")


def _change(change: StateChange) -> Sentence:
    if change.kind == "set":
        return sentence(f"sets {change.name} to ", code(change.value))
    if change.kind == "seeded":
        return sentence(f"seeds {change.name}")
    if change.kind == "left running":
        return sentence(f"leaves {change.name} running")
    if change.kind == "left behind":
        return sentence(f"leaves {change.name}")
    if change.kind != "changed":
        return sentence(f"{VERBS[change.kind]} ", code(change.name))
    if not change.value:
        return sentence(f"changes {change.name}")
    return sentence(f"changes {change.name} (", code(change.value), ")")


def _raised(raised: Raised) -> Sentence:
    line = ""
    if raised.line:
        line = f" (line {raised.line})"
    words = f": {one_line(raised.message)}"
    if not raised.message:
        words = ""
    call = code(raised.during)
    return sentence(call, " raises ", em(raised.type), f"{words}{line}. The rest ran without it.")


def _warned(warned: Warned) -> Sentence:
    place = f"{warned.file}, line {warned.line}"
    return sentence(em(warned.type), f": {one_line(warned.message)} ({place})")
