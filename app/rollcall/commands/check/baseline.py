"""A file with the findings that are accepted as they are. Lines may move under it."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from rollcall.commands.check.report import CheckReport, told_once


class BadBaseline(Exception):
    """A file that is no baseline, in a sentence."""


class Accepted(BaseModel):
    """One finding. All but the fingerprint is there for whoever reads the file."""

    model_config = ConfigDict(extra="forbid")

    fingerprint: str
    model: str
    kind: str
    path: str


class Baseline(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    rollcall_baseline: int = 1
    accepted: tuple[Accepted, ...]


def read_baseline(path: Path) -> Baseline:
    """The file at `path`.

    Raises:
        BadBaseline: it cannot be read, or was not written by `--write-baseline`.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadBaseline(
            f"--baseline {path}: {error.strerror}. Write one with --write-baseline"
        ) from error
    except ValidationError as error:
        raise BadBaseline(
            f"--baseline {path} is no baseline. Write one with --write-baseline"
        ) from error


def write_baseline(path: Path, report: CheckReport) -> int:
    """Accept every finding that nothing ignores; how many lines of files that is."""
    findings = [each for model in report.models for each in model.findings if each.ignored is None]
    accepted = [
        Accepted(fingerprint=each.fingerprint, model=each.model, kind=each.kind, path=each.path)
        for each in findings
    ]
    written: dict[str, Any] = Baseline(accepted=tuple(accepted)).model_dump()
    path.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    return len(told_once(findings))


def accepting(report: CheckReport, baseline: Baseline | None) -> CheckReport:
    """The report without what the baseline accepts; the same where there is none."""
    if baseline is None:
        return report
    known = {each.fingerprint for each in baseline.accepted}
    found = {each.fingerprint for model in report.models for each in model.findings}
    return report.model_copy(
        update={"accepted": tuple(sorted(known & found)), "gone": len(known - found)}
    )
