"""A check in the process of the tests: the same records, without processes of its own."""

import pickle
from collections.abc import Iterable
from pathlib import Path

from rollcall.commands.check.crew import record_of
from rollcall.commands.check.report import CheckReport
from rollcall.commands.check.reporting import report_of
from rollcall.experiments.registry.one_model import model_findings
from rollcall.lab.choices import Choices
from rollcall.lectures.catalog import Catalog
from rollcall.web.view.findings.model_record import ModelRecord


def record(catalog: Catalog, name: str) -> ModelRecord:
    """What is said of one model."""
    found: ModelRecord = pickle.loads(
        record_of(model_findings(name, catalog), str(catalog.file(name)))
    )
    return found


def checked(catalog: Catalog, names: Iterable[str] = ()) -> CheckReport:
    """The report on some models, or on all."""
    choices = Choices(contents=catalog.contents, devices=("cpu",))
    looked_at = list(names) or list(catalog.contents.cards)
    return report_of(choices, {name: record(catalog, name) for name in looked_at}, [])


def line_of(file: Path | str, text: str) -> int:
    """Where a text stands first in a file."""
    lines = Path(file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
