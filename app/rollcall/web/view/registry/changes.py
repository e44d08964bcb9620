"""The lines by which a model and its twin differ, as the page shows them."""

from dataclasses import dataclass

from rollcall.experiments.registry.experiment import RegistryReport
from rollcall.lectures.source_lines import SourceLine


@dataclass(frozen=True)
class ChangedSide:
    """What one of the two models has and the other has not."""

    mended: bool  # it is the twin
    sign: str
    label: str
    blocks: tuple[tuple[SourceLine, ...], ...]  # neighbouring lines, each with at least one


def twin_changes(report: RegistryReport) -> tuple[ChangedSide, ...]:
    """Left and right, or nothing where neither is the twin of the other."""
    if not report.changes:
        return ()
    right_is_twin = report.left.card.twin == report.right.card.name
    left = tuple(change.left for change in report.changes if change.left)
    right = tuple(change.right for change in report.changes if change.right)
    return (_side(left, mended=not right_is_twin), _side(right, mended=right_is_twin))


def who_changes(report: RegistryReport) -> str:
    """The heading above both sides."""
    versions = {subject.card.version for subject in (report.left, report.right)}
    if "fixed" in versions:
        return "Roll Call’s fix changes"
    if "broken" in versions:
        return "Roll Call has broken"
    return "The twin changes"


def _side(blocks: tuple[tuple[SourceLine, ...], ...], *, mended: bool) -> ChangedSide:
    if mended:
        return ChangedSide(True, "+", "in the twin", blocks)
    return ChangedSide(False, "−", "in the original", blocks)
