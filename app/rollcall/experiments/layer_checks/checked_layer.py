"""One layer put through every check that applies to it."""

from dataclasses import dataclass

from rollcall.core.query import Mode
from rollcall.core.report import Raised, Report
from rollcall.experiments.layer_checks.checks import CHECKS, check
from rollcall.experiments.layer_checks.findings import Finding
from rollcall.experiments.layer_checks.layer_pair import Kind, LayerPair, NotCopied
from rollcall.experiments.subject import ModelFactory


class CheckLine(Report):
    """One check by its name."""

    name: str
    finding: Finding


@dataclass(frozen=True)
class CheckedLayer:
    """A layer beside its reference, and what the checks found."""

    pair: LayerPair
    kind: Kind
    lines: tuple[CheckLine, ...]


def check_layer(factory: ModelFactory, reference: str, mode: Mode, device: str) -> CheckedLayer:
    """Run the checks in order.

    Raises:
        ModelRaised: the reference cannot be built with the layer's arguments.
    """
    pair = LayerPair(factory, reference, mode, device)
    kind = pair.kind()
    if kind != "dropout":
        pair = pair.settled()
    return CheckedLayer(pair, kind, tuple(_check_lines(pair, kind)))


def _check_lines(pair: LayerPair, kind: Kind) -> list[CheckLine]:
    """Weights that cannot be copied are one cause: one check fails of it, the others wait."""
    found: dict[str, Finding] = {}
    refused: dict[str, Raised] = {}
    for name, run in CHECKS[kind].items():
        try:
            finding = check(run, pair)
        except NotCopied as error:
            finding = Finding(verdict="unreached")
            refused[name] = pair.factory.raised(error.cause)
        if finding:
            found[name] = finding
    if refused:
        telling = next(iter(refused))
        if "copied" in refused:
            telling = "copied"
        found[telling] = Finding(verdict="fail", raised=refused[telling])
    return [CheckLine(name=name, finding=finding) for name, finding in found.items()]
