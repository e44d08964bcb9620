"""docs/check.md shows what `rollcall check` prints, and names every field of its report."""

import io
import re
from pathlib import Path

import pytest

from commands.check.checking import checked
from rollcall.commands.check.report import CheckReport, Counts, NotBuilt, NotRun
from rollcall.commands.check.terminal import print_report
from rollcall.web.view.findings.model_record import ModelRecord
from rollcall.web.view.findings.record import FindingRecord
from test_docs import ROOT, blocks

PAGE = ROOT / "docs/check.md"


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = 0
    for block in blocks(PAGE):
        file = re.search(r"file=(\S+)", block.note)
        command = re.search(r"rollcall check (\S+)", block.note)
        if file:
            Path(file[1]).write_text(block.text, "utf-8")
        if command:
            printed = io.StringIO()
            print_report(checked(command[1]), printed)
            assert block.text == printed.getvalue()
            shown += 1
    assert shown


def test_the_page_names_every_field() -> None:
    text = PAGE.read_text("utf-8")
    for report in (CheckReport, Counts, NotRun, NotBuilt, ModelRecord, FindingRecord):
        for name in (*report.model_fields, *report.model_computed_fields):
            assert f"`{name}`" in text, name
