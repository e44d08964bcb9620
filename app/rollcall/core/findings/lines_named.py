"""The lines of a lecture file that a finding names."""

from collections.abc import Iterator

from rollcall.core.findings.forward_kinds import ChangedByForward, ChangedInput, MixedRows
from rollcall.core.findings.kinds import (
    ArrayAsWeight,
    BatchStatisticsInEval,
    Finding,
    ModeNotPassedOn,
    NoGraph,
    RandomInEval,
    Unreached,
)


def lines_named(finding: Finding) -> Iterator[int]:
    """The lines of the lecture file that its sentence names, or what it raised."""
    lines: list[int | None] = []
    if isinstance(finding, ArrayAsWeight | BatchStatisticsInEval | ChangedInput | MixedRows):
        lines = [finding.line]
    elif isinstance(finding, Unreached | NoGraph):
        lines = [place.line for place in finding.exits]
    elif isinstance(finding, RandomInEval):
        lines = [place.line for place in finding.places]
    elif isinstance(finding, ChangedByForward):
        lines = [finding.stepped_at]
    elif isinstance(finding, ModeNotPassedOn) and finding.raised:
        lines = [finding.raised.line]
    return (line for line in lines if line is not None)
