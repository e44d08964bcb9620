"""The number over a column: how many of the tensors that had to move did."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.device.report import Move
from rollcall.web.view.words import number, plural

Verdict = Literal["bad", "good", "none"]


@dataclass(frozen=True)
class Headline:
    """A large number and two short lines beside it."""

    verdict: Verdict
    count: str
    first: str
    second: str
    lost: bool  # the second line tells of something that went wrong


def headline(move: Move) -> Headline:
    """Of a move that raised nothing; of one that raised, only the verdict is shown."""
    total, left = len(move.to_move), len(move.left_behind)
    verdict: Verdict = "none"
    if left or move.damaged or move.raised:
        verdict = "bad"
    elif total:
        verdict = "good"
    count = f"{number(total - left)} of {number(total)}" if total else "0"
    tensors = "tensor" if total == 1 else "tensors"
    if left:
        return Headline(verdict, count, f"{tensors} moved,", f"{number(left)} left behind", True)
    if move.damaged:
        lost = sum(tensor.lost.total for tensor in move.damaged if tensor.lost)
        told = f"{plural(lost, 'number', 'numbers')} lost"
        return Headline(verdict, count, f"{tensors} moved,", told, True)
    if total:
        return Headline(verdict, count, tensors, "moved", False)
    if move.tensors:
        return Headline(verdict, count, "tensors moved:", "all were there already", False)
    return Headline(verdict, count, "tensors:", "nothing to move", False)
