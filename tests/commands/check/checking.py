"""A check in the process of the tests: the same records, without processes of its own."""

from pathlib import Path

from rollcall.commands.check.crew import record_of
from rollcall.commands.check.looking import refused_target
from rollcall.commands.check.report import CheckReport
from rollcall.commands.check.reporting import Looked, report_of
from rollcall.experiments.registry.one_model import model_findings
from rollcall.lab.choices import Choices
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load
from rollcall.lectures.named_targets import named_targets
from rollcall.web.view.findings.model_record import MODEL_RECORD, ModelRecord


def record(catalog: Catalog, name: str) -> ModelRecord:
    """What is said of one model."""
    return MODEL_RECORD.read(record_of(model_findings(name, catalog), str(catalog.file(name))))


def checked(*targets: Path | str) -> CheckReport:
    """The report on some targets."""
    named = named_targets(list(map(str, targets)), course=None)
    catalog = load(named.targets)
    choices = Choices(contents=catalog.contents, devices=("cpu",))
    looked = Looked(named.targets, choices)
    looked.records.update({name: record(catalog, name) for name in catalog.contents.cards})
    return report_of([looked], [refused_target(line) for line in named.refused])


def line_of(file: Path | str, text: str) -> int:
    """Where a text stands first in a file."""
    lines = Path(file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
