"""The checklist to run before training, really run on two models, and as Python to take home."""

from typing import ClassVar

from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.report import Report
from rollcall.experiments.base import Experiment
from rollcall.experiments.checked_measures import MEASURES
from rollcall.experiments.checked_subject import Checked
from rollcall.experiments.examine import examine_both
from rollcall.experiments.preflight.checked_model import CheckedModel
from rollcall.experiments.preflight.checks import CHECKS, check
from rollcall.experiments.preflight.notebook import Notebook
from rollcall.experiments.preflight.outcome import CheckOutcome
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog


class PreflightQuery(PairQuery):
    """Which two models are checked before they are trained."""

    path: ClassVar[str] = "/preflight"
    mode_travels: ClassVar[bool] = False
    left: LeftModel = "containers.HalfListNet"
    right: RightModel = "containers.FullListNet"


class ChecklistLine(Report):
    """One line: what it asks, in words and in Python, and what it found."""

    name: str
    title: str
    python: str
    outcome: CheckOutcome


class PreflightSubject(Checked):
    """The checklist of one model."""

    lines: tuple[ChecklistLine, ...] = ()
    notebook: str = ""  # the lines that concern this model, as a program
    findings: tuple[str, ...] = ()  # kinds of what else was found, which may be no line's matter

    @property
    def verdicts(self) -> list[str]:
        """One for each line; those that do not apply included."""
        return [line.outcome.verdict for line in self.lines]


class PreflightReport(Report):
    """Both checklists."""

    query: PreflightQuery
    left: PreflightSubject
    right: PreflightSubject


def preflight(query: PreflightQuery, catalog: Catalog) -> PreflightReport:
    """Run every line on both subjects.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    left, right = examine_both(
        query, catalog, PreflightSubject, lambda factory: _run_checklist(factory, query)
    )
    return PreflightReport(query=query, left=left, right=right)


PREFLIGHT = Experiment(
    name="preflight",
    title="Pre-flight",
    summary="The checklist to run before training: each line run on two models, "
    "with the Python that does the same.",
    query=PreflightQuery,
    report=PreflightReport,
    run=preflight,
    measures=MEASURES,
)


def _run_checklist(factory: ModelFactory, query: PreflightQuery) -> PreflightSubject:
    checked = CheckedModel(factory, query.mode, factory.device)
    notebook = Notebook(
        factory, query.mode, checked.example, factory.device, needs_graph=checked.needs_graph
    )
    lines: list[ChecklistLine] = []
    for name in CHECKS:
        title, python, _ = notebook.line(name)
        outcome = check(name, checked)
        lines.append(ChecklistLine(name=name, title=title, python=python, outcome=outcome))
    asked = [line.name for line in lines if line.outcome.verdict != "na"]
    return PreflightSubject(
        card=factory.card,
        lines=tuple(lines),
        notebook=notebook.text(asked, switch_raises=bool(factory.heard.raised)),
        findings=tuple(dict.fromkeys(each.kind for each in checked.findings)),
    )
