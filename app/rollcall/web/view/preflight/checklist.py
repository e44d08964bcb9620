"""The checklist of one column, line by line."""

from dataclasses import dataclass

from rollcall.experiments.preflight.experiment import ChecklistLine, PreflightSubject
from rollcall.web.view.preflight.evidence import evidence, remark
from rollcall.web.view.sentence import Sentence

MARKS = {"pass": "●", "fail": "○", "na": "–"}
FORWARD = "model(input)"
WITHOUT_FORWARD = ("printed", "parameters", "counted", "located", "held")
WORDS = {"pass": "pass", "fail": "fail", "na": "n/a"}


@dataclass(frozen=True)
class Check:
    """One line."""

    line: ChecklistLine
    mark: str
    word: str
    evidence: Sentence | None  # None where an exception says it all
    remark: Sentence
    raised_by: str = ""  # the call, where it is none that the line shows


def checklist(subject: PreflightSubject) -> list[Check]:
    """The lines of a model that was built, in the order in which they ran."""
    return [_check(line) for line in subject.lines]


def _check(line: ChecklistLine) -> Check:
    verdict = line.outcome.verdict
    shown: Sentence | None = None
    if verdict == "na" or not line.outcome.raised:
        shown = evidence(line)
    return Check(
        line, MARKS[verdict], WORDS[verdict], shown, remark(line), raised_by=raised_by(line)
    )


def raised_by(line: ChecklistLine) -> str:
    """What a line that shows no forward compares with: the forward of the model."""
    raised = line.outcome.raised
    if raised is None or line.name not in WITHOUT_FORWARD or raised.during != FORWARD:
        return ""
    return raised.during
