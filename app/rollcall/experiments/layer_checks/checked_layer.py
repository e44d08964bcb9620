"""One layer put through every check that applies to it."""

from dataclasses import dataclass

from rollcall.core.query import Mode
from rollcall.core.report import Report
from rollcall.experiments.layer_checks.checks import CHECKS, check
from rollcall.experiments.layer_checks.findings import Finding
from rollcall.experiments.layer_checks.layer_pair import Kind, LayerPair
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
    lines = []
    for name, run in CHECKS[kind].items():
        finding = check(run, pair)
        if finding:
            lines.append(CheckLine(name=name, finding=finding))
    return CheckedLayer(pair, kind, tuple(lines))
