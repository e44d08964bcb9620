"""Whether a loop minimizes what we measure, or has a loss of its own, such as a cross-entropy."""

from collections.abc import Sequence
from math import isfinite, log2

from rollcall.experiments.loops.recorded import Step

ROUNDING = 1e-3  # of a loss


def has_own_loss(steps: Sequence[Step]) -> bool:
    """Whether backward was called on numbers that are no mean squared error.

    A multiple of it is one as well: part of a batch counts for less, and a GradScaler, which halves
    and doubles, lets the loss count for more.
    """
    passed = [step for step in steps if step.passed is not None]
    known = [step for step in passed if step.loss]
    if len(known) < len(passed):
        return any(step.loss is None for step in passed)
    ratios = [_ratio(step) for step in known]
    return any(not _is_power_of_two(ratio, ratios[0]) for ratio in ratios)


def held_out_losses(steps: Sequence[Step], own: bool) -> tuple[float | None, ...]:
    """The mean squared errors on held-out batches.

    None of them where a loop has a loss of its own and they are not lower at the end: to a loop
    that minimizes something else, as a classifier does, they then mean nothing.
    """
    losses = tuple(step.held_out for step in steps)
    known = [loss for loss in losses if loss is not None]
    if own and known and not known[-1] < known[0]:
        return (None,) * len(losses)
    return losses


def _ratio(step: Step) -> float:
    assert step.passed is not None
    assert step.loss
    return step.passed / step.loss


def _is_power_of_two(ratio: float, first: float) -> bool:
    """Whether one is a power of two times the other. What has exploded says nothing."""
    if not isfinite(ratio) or not isfinite(first):
        return True
    if ratio * first <= 0:
        return False
    power = log2(ratio / first)
    return abs(power - round(power)) < ROUNDING
