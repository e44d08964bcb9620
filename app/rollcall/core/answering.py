"""How many of a model's trainable numbers answer the roll call, and of how many."""

from collections.abc import Iterable
from typing import NamedTuple

from rollcall.core.findings.forward_kinds import ReplacedByForward
from rollcall.core.findings.kinds import Finding, LeftOutByParameters, NoGraph, Unreached
from rollcall.core.scan import Scan
from rollcall.core.used_parameters import UsedParameters


class Answering(NamedTuple):
    """Elements of trainable tensors."""

    known: int  # `model.parameters()` lists them, and a backward reaches them
    total: int


def answering(
    scan: Scan, used: UsedParameters, findings: Iterable[Finding], *, trained: bool
) -> Answering:
    """Count what one forward used, and the parameters that it left out.

    Args:
        scan: of the model before its first forward.
        used: by that forward.
        findings: of a training: parameters that none of its backwards reached do not answer.
        trained: whether that training ran. If not, nobody knows that another input would reach
            what this one left out.
    """
    findings = list(findings)
    replaced = {each.path for each in findings if isinstance(each, ReplacedByForward)}
    parameters = [each for each in scan.trainable("registered") if each.kind == "parameter"]
    sizes = {each.path: each.numel for each in parameters if each.path not in replaced}
    left_out = sum(sizes.values()) - _sum_of(sizes, used.paths)
    unreached = left_out
    if trained:
        unreached = _unreached(used, findings, sizes)
    reached_later = max(0, left_out - unreached)
    return Answering(
        known=used.answering + reached_later - _unlisted(findings, sizes),
        total=used.reached + reached_later + unreached,
    )


def _unlisted(findings: Iterable[Finding], sizes: dict[str, int]) -> int:
    """Elements that a backward reaches, and an overridden parameters() does not give."""
    unlisted: set[str] = set()
    unreached: set[str] = set()
    for finding in findings:
        if isinstance(finding, LeftOutByParameters):
            unlisted.update(finding.paths)
        elif isinstance(finding, Unreached):
            unreached.update(finding.paths)
    return _sum_of(sizes, unlisted - unreached)


def _unreached(used: UsedParameters, findings: Iterable[Finding], sizes: dict[str, int]) -> int:
    """Elements of the parameters that no backward reached, those that forward made included."""
    unreached = 0
    for finding in findings:
        if isinstance(finding, NoGraph):
            return finding.numel - used.answering
        if isinstance(finding, Unreached):  # what was used is, in another mode
            used_paths = set(finding.paths).intersection(used.paths)
            unreached += finding.numel - _sum_of(sizes, used_paths)
    return unreached


def _sum_of(sizes: dict[str, int], paths: Iterable[str]) -> int:
    return sum(sizes.get(path, 0) for path in paths)
