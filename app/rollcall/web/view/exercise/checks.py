"""The checks of an exercise, row by row: the first that does not pass is the next to be done."""

from dataclasses import dataclass, replace

from rollcall.core.findings.kinds import RandomPlace
from rollcall.core.report import Raised
from rollcall.experiments.exercise.experiment import ExerciseSubject
from rollcall.experiments.exercise.repair_checks import RepairLine
from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.web.view import layer_evidence
from rollcall.web.view.check_marks import MARKS, WORDS
from rollcall.web.view.exercise import repair_evidence
from rollcall.web.view.exercise.layer_hints import layer_hint
from rollcall.web.view.exercise.repair_hints import repair_hint
from rollcall.web.view.sentence import Sentence


@dataclass(frozen=True)
class CheckRow:
    """One check. The hint is for whoever it does not pass."""

    name: str
    verdict: str
    mark: str
    word: str
    title: str
    evidence: Sentence
    raised: Raised | None
    line: int | None  # of the file, to which it leads
    hint: Sentence
    is_next: bool = False


@dataclass(frozen=True)
class Checks:
    """All rows in the order in which they ran, and the one to be done next."""

    rows: tuple[CheckRow, ...]
    next: CheckRow | None


def checks(subject: ExerciseSubject) -> Checks:
    """What fails after the next one may have the same cause, so only that one stands out."""
    rows = [_layer_row(line) for line in subject.layer_lines]
    rows.extend(_repair_row(line) for line in subject.repair_lines)
    for place, row in enumerate(rows):
        if row.verdict not in ("pass", "unreached"):
            rows[place] = replace(row, is_next=True)
            return Checks(tuple(rows), rows[place])
    return Checks(tuple(rows), None)


def _layer_row(line: CheckLine) -> CheckRow:
    finding = line.finding
    return CheckRow(
        name=line.name,
        verdict=finding.verdict,
        mark=MARKS[finding.verdict],
        word=WORDS[finding.verdict],
        title=layer_evidence.TITLES[line.name],
        evidence=layer_evidence.evidence(line),
        raised=finding.raised,
        line=_line_of(finding.raised),
        hint=layer_hint(line),
    )


def _repair_row(line: RepairLine) -> CheckRow:
    finding = line.finding
    return CheckRow(
        name=line.name,
        verdict=finding.verdict,
        mark=MARKS[finding.verdict],
        word=WORDS[finding.verdict],
        title=repair_evidence.TITLES[line.name],
        evidence=repair_evidence.evidence(line),
        raised=finding.raised,
        line=_line_of(finding.raised, *finding.drawing),
        hint=repair_hint(line),
    )


def _line_of(*places: Raised | RandomPlace | None) -> int | None:
    """The first that is known."""
    for place in places:
        if place is not None and place.line is not None:
            return place.line
    return None
