"""What one check of a layer found: a verdict, and the evidence for it."""

from collections.abc import Iterable
from typing import Any, Literal

from torch import Tensor, nn

from rollcall.core.report import Raised, Report
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.experiments.layer_checks.closeness import Closeness, closeness

# Unreached: the weights could not be copied, which another check tells of.
Verdict = Literal["pass", "fail", "todo", "unreached"]


class Described(Report):
    """What stands where a tensor is wanted."""

    kind: str  # Parameter, Tensor, buffer, None, another class; "nothing": there is no such thing
    shape: Shape | None = None
    dtype: str = ""


class Share(Report):
    """A fraction that was counted, and the bounds of chance."""

    found: float
    low: float
    high: float
    of: int  # how many were counted


class Finding(Report):
    """The outcome of one check; what does not concern it is None."""

    verdict: Verdict
    of: str = ""  # what was compared: y, x.grad, weight, weight.grad
    at: float | None = None  # the x of the element that `close` tells of, where each has its own x
    close: Closeness | None = None
    found: Described | None = None
    wanted: Described | None = None
    share: Share | None = None
    raised: Raised | None = None


def judged(passes: bool, **evidence: Any) -> Finding:
    """A verdict with what it rests on."""
    verdict: Verdict = "fail"
    if passes:
        verdict = "pass"
    return Finding(verdict=verdict, **evidence)


def described(value: Any) -> Described:
    """Describe a value, tensor or not."""
    if value is None:
        return Described(kind="None")
    if not isinstance(value, Tensor):
        return Described(kind=type(value).__name__)
    kind = "Tensor"
    if isinstance(value, nn.Parameter):
        kind = "Parameter"
    dtype = str(value.dtype).removeprefix("torch.")
    return Described(kind=kind, shape=shape_of(value), dtype=dtype)


def compared(
    of: str,
    actual: Any,
    expected: Tensor,
    *,
    relative: bool = False,
    tolerance: tuple[float, float] | None = None,
) -> Finding:
    """Compare type and shape of what a layer gave, then every element, as `closeness` does."""
    found, wanted = described(actual), described(expected)
    if found != wanted or not isinstance(actual, Tensor):
        return Finding(verdict="fail", of=of, found=found, wanted=wanted)
    close = closeness(actual, expected, relative=relative, tolerance=tolerance)
    return judged(close is None or close.within, of=of, close=close)


def worst(findings: Iterable[Finding]) -> Finding:
    """The first that fails, else the one that came nearest to failing."""
    findings = list(findings)
    failed = (finding for finding in findings if finding.verdict == "fail")
    return next(failed, max(findings, key=_strain))


def _strain(finding: Finding) -> float:
    close = finding.close
    if close is None or not close.allowed:
        return 0.0
    return close.apart / close.allowed
