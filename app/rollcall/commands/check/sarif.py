"""Findings in the Static Analysis Results Interchange Format, which code hosts show inline."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rollcall.commands.check.report import CheckReport, NotBuilt, NotRun
from rollcall.web.view.findings.ranks import KINDS
from rollcall.web.view.findings.record import FindingRecord

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(report: CheckReport) -> str:
    """A log of version 2.1.0 with one run."""
    findings = [*report.once(), *report.silenced_once()]
    kinds = sorted({finding.kind for finding in findings})
    run = {
        "tool": {
            "driver": {
                "name": "Roll Call",
                "version": report.rollcall,
                "rules": [_rule(kind) for kind in kinds],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.not_run,
                "toolExecutionNotifications": [
                    *map(_notification, report.not_run),
                    *map(_of_class, report.unchecked_classes),
                ],
            }
        ],
        "results": [_result(each, kinds, report) for each in findings],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def rule_id(kind: str) -> str:
    """The kind as one word: no-backward-reaches-it."""
    return re.sub(r"\W+", "-", kind.lower()).strip("-")


def _rule(kind: str) -> dict[str, Any]:
    return {
        "id": rule_id(kind),
        "shortDescription": {"text": f"{kind[0].upper()}{kind[1:]}"},
        "defaultConfiguration": {"level": KINDS[kind].level},
    }


def _result(finding: FindingRecord, kinds: list[str], report: CheckReport) -> dict[str, Any]:
    told = " ".join(part for part in (finding.sentence, finding.proof, finding.fix) if part)
    result = {
        "ruleId": rule_id(finding.kind),
        "ruleIndex": kinds.index(finding.kind),
        "level": finding.level,
        "message": {"text": f"{finding.model}: {told}"},
        "locations": [_location(finding.file, finding.line, finding.last_line)],
        "partialFingerprints": {"rollcall/v1": finding.fingerprint},
        "properties": {
            "path": finding.path,
            "rank": finding.rank,
            "misses": list(finding.misses),
            "url": finding.url,
        },
    }
    if finding.ignored is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.ignored}]
    elif finding.fingerprint in report.accepted:
        result["suppressions"] = [{"kind": "external", "justification": "in the baseline"}]
    return result


def _location(file: str, line: int, last: int) -> dict[str, Any]:
    uri = quote(file)
    if Path(file).is_absolute():
        uri = Path(file).as_uri()
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": line, "endLine": last},
        }
    }


def _notification(trouble: NotRun) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "level": "error",
        "message": {"text": f"{trouble.what}: {trouble.why}"},
    }
    if trouble.file:
        line = trouble.line or 1
        notification["locations"] = [_location(trouble.file, line, line)]
    return notification


def _of_class(needing: NotBuilt) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "level": "note",
        "message": {"text": f"{needing.model} was not checked: it {needing.why}"},
    }
    if needing.file:
        notification["locations"] = [_location(needing.file, needing.line, needing.line)]
    return notification
