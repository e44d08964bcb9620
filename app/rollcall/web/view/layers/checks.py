"""The checks of a column, and the recipe below them, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rollcall.core.report import Raised
from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layers.recipe import RecipeLine
from rollcall.web.view.check_marks import MARKS, WORDS
from rollcall.web.view.layer_evidence import TITLES, evidence
from rollcall.web.view.sentence import Sentence

NOT_WRITTEN = "NotImplementedError"


@dataclass(frozen=True)
class Check:
    """One line of the checks."""

    name: str
    verdict: str
    mark: str
    word: str
    title: str
    evidence: Sentence
    raised: Raised | None  # that failed it; one that says it is to be written is evidence


@dataclass(frozen=True)
class Step:
    """One line of the recipe."""

    kind: Literal["pass", "fail", "todo", "unreached"]
    python: str
    raised: Raised | None
    answer: str  # "" where Python answers nothing that is shown


def checks(lines: Sequence[CheckLine]) -> list[Check]:
    """In the order in which they ran."""
    return [_check(line) for line in lines]


def recipe_steps(lines: Sequence[RecipeLine]) -> list[Step]:
    """As they ran, up to the one that raised; the last one compares."""
    steps = [_step(line) for line in lines]
    if steps and steps[-1].kind == "pass" and not steps[-1].answer:
        last = steps.pop()
        steps.append(Step("pass", last.python, None, "raises nothing: they are close"))
    return steps


def _check(line: CheckLine) -> Check:
    finding = line.finding
    raised = None
    if finding.verdict == "fail":
        raised = finding.raised
    return Check(
        name=line.name,
        verdict=finding.verdict,
        mark=MARKS[finding.verdict],
        word=WORDS[finding.verdict],
        title=TITLES[line.name],
        evidence=evidence(line),
        raised=raised,
    )


def _step(line: RecipeLine) -> Step:
    if not line.reached:
        return Step("unreached", line.python, None, "not reached")
    if line.raised is None:
        return Step("pass", line.python, None, line.answer)
    if line.raised.type == NOT_WRITTEN:
        return Step("todo", line.python, line.raised, "")
    return Step("fail", line.python, line.raised, "")
