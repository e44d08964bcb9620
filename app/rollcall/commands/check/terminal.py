"""The report as it is read in a terminal; plain where it is piped into something else."""

from collections.abc import Iterator
from typing import TextIO

from rich.console import Console
from rich.text import Text

from rollcall.commands.check.report import COMMENT, CheckReport, NotBuilt, NotRun
from rollcall.web.view.findings.hidden_words import callers
from rollcall.web.view.findings.model_record import ModelRecord
from rollcall.web.view.findings.record import FindingRecord
from rollcall.web.view.words import plural

STYLES = {"error": "bold red", "warning": "bold yellow"}


def print_report(report: CheckReport, file: TextIO) -> None:
    """Write it to `file`."""
    # No line is wrapped: an editor finds the path and a pipe gets whole lines.
    console = Console(file=file, highlight=False, soft_wrap=True, emoji=False, markup=False)
    for line in _lines(report):
        console.print(line)


def _lines(report: CheckReport) -> Iterator[Text]:
    told = report.once()
    for model in report.models:
        findings = [finding for finding in told if finding.model == model.model]
        if findings:
            yield from _model(model, findings)
            yield Text()
    for trouble in report.not_run:
        yield from _not_run(trouble)
    for part in report.unchecked_classes:
        yield from _not_built(part)
    yield _summary(report)


def _not_run(trouble: NotRun) -> Iterator[Text]:
    place, why = trouble.file or trouble.what, trouble.why
    if trouble.line:
        place += f":{trouble.line}"
    wrong = "not checked"
    if trouble.what == COMMENT:
        wrong = "comment without a reason"
    elif not trouble.what.endswith((".py", ".toml", "/")):  # a model of the file
        why = f"{trouble.what}: {why}"
    yield Text.assemble((place, "bold"), ": ", (wrong, STYLES["error"]))
    yield Text(f"  {why}")
    yield Text()


def _not_built(part: NotBuilt) -> Iterator[Text]:
    """What it needs, and what to write."""
    yield Text.assemble((part.model, "bold"), f" {part.why}")
    for number, remedy in enumerate(part.remedies):
        yield Text("  in course.toml:" if remedy.startswith("[") else "  in its file:", "dim")
        for line in remedy.splitlines():
            yield Text(f"    {line}")
        if number + 1 < len(part.remedies):
            yield Text("  or", "dim")
    yield Text()


def _model(model: ModelRecord, findings: list[FindingRecord]) -> Iterator[Text]:
    yield Text.assemble((model.class_name, "bold"), f": {model.headline}")
    for finding in findings:
        yield from _finding(finding)


def _finding(finding: FindingRecord) -> Iterator[Text]:
    yield Text.assemble(
        "  ",
        (f"{finding.file}:{finding.line}", "cyan"),
        " ",
        (finding.level, STYLES[finding.level]),
        f" {finding.kind} ({finding.rank})",
    )
    if finding.code:
        yield Text(f"    {finding.code}", "dim")
    yield Text(f"    {finding.sentence}", "bold")
    if finding.kind != "unregistered" and finding.misses:
        yield Text(f"    Missed by {callers(finding.misses)}.")
    if finding.proof:
        yield Text(f"    {finding.proof}")
    yield Text.assemble("    ", ("Fix: ", "green"), finding.fix)


def _summary(report: CheckReport) -> Text:
    counts = report.counts
    found = [plural(counts.errors, "error", "errors")]
    if counts.warnings:
        found.append(plural(counts.warnings, "warning", "warnings"))
    silenced = []
    if counts.ignored:
        silenced.append(f"{counts.ignored} ignored")
    if counts.accepted:
        silenced.append(f"{counts.accepted} in the baseline")
    if report.gone:
        silenced.append(f"{report.gone} of the baseline gone: write it anew")
    unchecked = counts.not_run - report.refused_comments + counts.not_built
    if unchecked:
        silenced.append(f"{unchecked} not checked")
    if report.refused_comments:
        comments = plural(report.refused_comments, "comment", "comments")
        silenced.append(f"{comments} without a reason")
    told = f"{plural(counts.models, 'model', 'models')}: {', '.join([*found, *silenced])}"
    styles = {0: "bold green", 1: "bold red", 2: "bold red"}
    if report.status == 0 and not silenced:
        told = f"{plural(counts.models, 'model', 'models')}: nothing found"
    return Text(told, styles[report.status])
