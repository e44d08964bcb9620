"""Findings as annotations of a GitHub workflow: they stand beside the lines of a pull request."""

from collections.abc import Iterator

from rollcall.commands.check.report import COMMENT, CheckReport, NotBuilt, NotRun
from rollcall.web.view.findings.record import FindingRecord


def annotations(report: CheckReport) -> Iterator[str]:
    """A command for each place in a file, and for what could not be run."""
    for finding in report.once():
        yield _annotation(finding)
    for trouble in report.not_run:
        yield _of_trouble(trouble)
    for needing in report.unchecked_classes:
        yield _of_class(needing)


def _annotation(finding: FindingRecord) -> str:
    where = {
        "file": finding.file,
        "line": str(finding.line),
        "endLine": str(finding.last_line),
        "title": f"{finding.model}: {finding.kind}",
    }
    message = " ".join(part for part in (finding.sentence, finding.proof, finding.fix) if part)
    return _command(finding.level, where, message)


def _of_trouble(trouble: NotRun) -> str:
    where = {"title": f"{trouble.what} was not checked"}
    if trouble.what == COMMENT:
        where = {"title": "comment without a reason"}
    if trouble.file:
        where["file"] = trouble.file
    if trouble.line:
        where["line"] = str(trouble.line)
    return _command("error", where, trouble.why)


def _of_class(needing: NotBuilt) -> str:
    where = {"title": f"{needing.model} was not checked"}
    if needing.file:
        where.update(file=needing.file, line=str(needing.line))
    return _command("notice", where, needing.why)


def _command(level: str, where: dict[str, str], message: str) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in where.items())
    return f"::{level} {properties}::{_data(message)}"


def _data(text: str) -> str:
    """GitHub reads a command up to the end of its line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """In a property it also reads the signs between properties."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
