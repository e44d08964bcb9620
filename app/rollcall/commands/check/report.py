"""What `rollcall check` found: the report behind every way to print it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, computed_field

from rollcall.core.report import Report
from rollcall.web.view.findings.model_record import ModelRecord
from rollcall.web.view.findings.record import FindingRecord

Exit = Literal[0, 1, 2]
CLEAN: Exit = 0
FOUND: Exit = 1
COULD_NOT_RUN: Exit = 2
COMMENT = "comment"  # as `what`: one that is refused, on a line that was checked


class NotRun(Report):
    """Something that could not be looked at, or what is wrong with a file."""

    what: str = Field(description="a target, a file or a model")
    file: str = ""
    line: int | None = None
    why: str


class NotBuilt(Report):
    """A class that needs arguments which nothing declares. Where others build it, it is checked."""

    model: str
    file: str = ""
    line: int = Field(1, description="where it begins; 1 where that is not known")
    needs: tuple[str, ...]
    remedies: tuple[str, ...] = Field(description="what would give them, as one writes it")
    part: bool = Field(description="other models are made of it, and it is checked there")

    @property
    def why(self) -> str:
        """It was not checked, in words."""
        return f"needs {', '.join(self.needs)} to be built"


class Counts(Report):
    """Of what is in the report."""

    models: int = Field(description="that were looked at")
    errors: int = Field(description="lines with a finding by which results are wrong")
    warnings: int = Field(description="lines with one that may be meant")
    ignored: int = Field(description="silenced by a comment with a reason")
    accepted: int = Field(description="silenced by the baseline")
    notes: int = Field(description="what is unregistered and does no harm")
    not_run: int = Field(description="and comments that are refused")
    not_built: int = Field(description="that need arguments, and are no part of others")


class CheckReport(Report):
    """Everything, as `--json` prints it."""

    rollcall: str = Field(description="version")
    torch: str = Field(description="version")
    models: tuple[ModelRecord, ...]
    not_run: tuple[NotRun, ...]
    not_built: tuple[NotBuilt, ...]
    accepted: tuple[str, ...] = Field((), description="fingerprints that the baseline accepts")
    gone: int = Field(0, description="entries of the baseline that were not found any more")

    @computed_field(description="0: clean, 1: findings, 2: something could not be run")  # type: ignore[prop-decorator]
    @property
    def status(self) -> Exit:
        if self.not_run:
            return COULD_NOT_RUN
        if self.open_findings:
            return FOUND
        return CLEAN

    @computed_field(description="how many of each there are")  # type: ignore[prop-decorator]
    @property
    def counts(self) -> Counts:
        levels = [finding.level for finding in self.once()]
        silenced = self.silenced_once()
        ignored = sum(1 for finding in silenced if finding.ignored is not None)
        return Counts(
            models=sum(1 for model in self.models if model.status != "not run"),
            errors=levels.count("error"),
            warnings=levels.count("warning"),
            ignored=ignored,
            accepted=len(silenced) - ignored,
            notes=sum(model.notes for model in self.models),
            not_run=len(self.not_run),
            not_built=len(self.unchecked_classes),
        )

    @property
    def unchecked_classes(self) -> list[NotBuilt]:
        """Those that need arguments, and that no other model is made of."""
        return [each for each in self.not_built if not each.part]

    @property
    def refused_comments(self) -> int:
        """How many comments give no reason; their lines are checked."""
        return sum(1 for each in self.not_run if each.what == COMMENT)

    @property
    def open_findings(self) -> list[FindingRecord]:
        """Those that nothing silences."""
        return [each for model in self.models for each in model.findings if self.is_open(each)]

    def is_open(self, finding: FindingRecord) -> bool:
        """Whether nothing silences a finding."""
        return finding.ignored is None and finding.fingerprint not in self.accepted

    def once(self) -> list[FindingRecord]:
        """The open ones, what is wrong in a line once, in however many models it is a part."""
        return told_once(self.open_findings)

    def silenced_once(self) -> list[FindingRecord]:
        """The others, likewise."""
        findings = [finding for model in self.models for finding in model.findings]
        return told_once(each for each in findings if not self.is_open(each))


def told_once(findings: Iterable[FindingRecord]) -> list[FindingRecord]:
    """The first of those that are about the same line and attribute in the same way."""
    first: dict[object, FindingRecord] = {}
    for finding in findings:
        first.setdefault(finding.told_once, finding)
    return list(first.values())


def shown_path(file: str, folder: Path) -> str:
    """As one types it in a folder; whole, where it lies elsewhere."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(folder):
        path = path.relative_to(folder)
    return path.as_posix()
