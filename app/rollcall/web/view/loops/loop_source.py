"""The source of a loop, with the line that did it."""

import difflib
from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.loops.report import LoopSubject
from rollcall.lectures.source_lines import SourceLine
from rollcall.web.view.loops.finding_words import told_of
from rollcall.web.view.loops.headline import verdict

LineKind = Literal["guilty", "mended", ""]


@dataclass(frozen=True)
class LoopLine:
    """One line of it."""

    line: SourceLine
    # "guilty": what was measured was done here, or where no line did it alone, it is what the other
    # loop has otherwise; "mended": what a loop has otherwise that nothing is the matter with
    kind: LineKind
    note: str


@dataclass(frozen=True)
class LoopNote:
    """A finding at its line."""

    paths: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class LoopSource:
    """The function, and what of its file it calls."""

    file: str
    functions: list[tuple[LoopLine, ...]]


def loop_source(subject: LoopSubject, opposite: LoopSubject) -> LoopSource:
    """The function of a loop, and those functions of its file that a measured line stands in."""
    if subject.source is None:
        return LoopSource("", [])
    notes = _notes(subject)
    kinds = _kinds(subject, opposite, set(notes))
    if not notes:
        notes = _note_of_difference(subject, kinds)
    shown = []
    for place, lines in enumerate(subject.source.classes):
        if place == 0 or any(line.number in notes for line in lines):
            shown.append(tuple(_line(each, notes, kinds) for each in lines))
    return LoopSource(subject.source.file, shown)


def _kinds(subject: LoopSubject, opposite: LoopSubject, noted: set[int]) -> dict[int, LineKind]:
    """By the number of a line; of no other line there is anything to say."""
    if verdict(subject) == "bad":
        guilty = noted or _differing(subject, opposite)
        return dict.fromkeys(guilty, "guilty")
    if verdict(opposite) == "bad":
        return dict.fromkeys(_differing(subject, opposite), "mended")
    return {}


def _line(
    line: SourceLine, notes: dict[int, list[LoopNote]], kinds: dict[int, LineKind]
) -> LoopLine:
    found = notes.get(line.number, [])
    paths = tuple(path for each in found for path in each.paths)
    return LoopLine(
        line=line.model_copy(update={"hides": paths}),
        kind=kinds.get(line.number, ""),
        note="; ".join(each.text for each in found),
    )


def _notes(subject: LoopSubject) -> dict[int, list[LoopNote]]:
    """By the number of a line."""
    notes: dict[int, list[LoopNote]] = {}
    for finding in subject.findings:
        if finding.line is not None:
            note = LoopNote(finding.paths, told_of(finding, subject).note)
            notes.setdefault(finding.line, []).append(note)
    stopped = subject.stopped
    if stopped is not None and stopped.line is not None:
        note = LoopNote((), f"{stopped.type} at batch {subject.shown}")
        notes.setdefault(stopped.line, []).append(note)
    return notes


def _note_of_difference(
    subject: LoopSubject, kinds: dict[int, LineKind]
) -> dict[int, list[LoopNote]]:
    """What no line did alone, at the end of the one place where the loops differ."""
    guilty = [number for number, kind in kinds.items() if kind == "guilty"]
    told = [told_of(finding, subject).note for finding in subject.findings]
    if not guilty or not any(told) or max(guilty) - min(guilty) >= len(guilty):
        return {}
    text = "; ".join(each for each in told if each)
    return {max(guilty): [LoopNote((), f"here the loops differ: {text}")]}


def _differing(subject: LoopSubject, opposite: LoopSubject) -> set[int]:
    """Lines of its function that the other loop does not have. The names of both do not count."""
    if subject.source is None or opposite.source is None:
        return set()
    own, other = _body(subject), _body(opposite)
    matcher = difflib.SequenceMatcher(
        None, [line.text for line in own], [line.text for line in other], autojunk=False
    )
    return {
        line.number
        for tag, start, end, *_ in matcher.get_opcodes()
        if tag != "equal"
        for line in own[start:end]
    }


def _body(subject: LoopSubject) -> list[SourceLine]:
    source = subject.source
    if source is None or not source.classes:
        return []
    return [line for line in source.classes[0][1:] if line.text.strip()]
