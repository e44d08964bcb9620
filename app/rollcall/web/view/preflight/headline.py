"""The number over a column: how many checks pass."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.preflight.experiment import PreflightSubject
from rollcall.web.view.words import plural


@dataclass(frozen=True)
class Headline:
    """A large number, and what becomes of the other checks."""

    verdict: Literal["good", "bad"]
    count: str
    rest: str


def headline(subject: PreflightSubject) -> Headline:
    """Bad where one check fails, or a call that the checks went on without."""
    asked = subject.passed + subject.failed
    count = f"{subject.passed} of {asked}"
    rest = "before training"
    not_asked = len(subject.lines) - asked
    if not_asked:
        rest = f"{plural(not_asked, 'does', 'do')} not apply"
    if subject.failed or subject.notes.raised:
        return Headline("bad", count, rest)
    return Headline("good", count, rest)
