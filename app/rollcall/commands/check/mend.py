"""`rollcall check --fix`: what can be mended by rule is written to the file, after a copy of it."""

import difflib
import io
import shutil
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rollcall.commands.check.report import CheckReport
from rollcall.rewrite.fix import Fix
from rollcall.rewrite.fixes import fixed, fixes
from rollcall.web.view.findings.ranks import UNREGISTERED
from rollcall.web.view.findings.record import FindingRecord

MODES = "mode is not passed on"


@dataclass(frozen=True)
class Mended:
    """One file, and what was done to it."""

    path: Path
    backup: Path  # the file as it was
    diff: str
    sentences: tuple[str, ...]

    def undo(self) -> None:
        """Make the file as it was."""
        shutil.copyfile(self.backup, self.path)


def mend(report: CheckReport) -> list[Mended]:
    """Write the mechanical fixes of all open findings.

    Raises:
        OSError: a file cannot be read or written.
    """
    by_file: dict[str, list[FindingRecord]] = {}
    for finding in report.once():
        by_file.setdefault(finding.file, []).append(finding)
    found = (_mended(Path(file), findings) for file, findings in by_file.items())
    return [each for each in found if each is not None]


def _mended(path: Path, findings: list[FindingRecord]) -> Mended | None:
    raw = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    text = raw.decode(encoding)
    chosen = list(_chosen(fixes(text), findings))
    if not chosen:
        return None
    after = fixed(text, chosen)
    backup = _free(path)
    shutil.copy2(path, backup)
    path.write_bytes(after.encode(encoding))
    return Mended(path, backup, _diff(path, text, after), tuple(each.sentence for each in chosen))


def _chosen(found: Iterable[Fix], findings: list[FindingRecord]) -> Iterator[Fix]:
    for fix in found:
        if any(_mends(fix, finding) for finding in findings):
            yield fix


def _mends(fix: Fix, finding: FindingRecord) -> bool:
    """Whether a fix is about what was found when the model ran."""
    if finding.line <= fix.line <= finding.last_line or fix.line in finding.lines:
        return True
    if finding.kind == MODES:
        return fix.kind in ("mode", "self")
    return finding.kind == UNREGISTERED and fix.name == finding.path.rpartition(".")[2]


def _free(path: Path) -> Path:
    """A name for the copy that no file has: net.py.orig, net.py.orig1."""
    backup = path.with_name(f"{path.name}.orig")
    number = 0
    while backup.exists():
        number += 1
        backup = path.with_name(f"{path.name}.orig{number}")
    return backup


def _diff(path: Path, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        path.as_posix(),
        f"{path.as_posix()} (mended)",
        n=2,
    )
    return "".join(lines)
