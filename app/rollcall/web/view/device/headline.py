"""The number over a column: how many of the tensors that had to move did."""

from rollcall.experiments.device.report import Move
from rollcall.web.view.headline import Headline
from rollcall.web.view.words import number, one_or_many, plural


def headline(move: Move) -> Headline:
    """Of a move that raised nothing; of one that raised, only the verdict is shown."""
    total, left = len(move.to_move), len(move.left_behind)
    count = _count(total - left, total)
    tensors = one_or_many(total, "tensor", "tensors")
    if left:
        return Headline("bad", count, f"{tensors} moved,", f"{number(left)} left behind", True)
    if move.damaged:
        lost = sum(tensor.lost.total for tensor in move.damaged if tensor.lost)
        told = f"{plural(lost, 'number', 'numbers')} lost"
        return Headline("bad", count, f"{tensors} moved,", told, True)
    if move.raised:
        return Headline("bad", count, tensors, "moved", False)
    if total:
        return Headline("good", count, tensors, "moved", False)
    if move.tensors:
        return Headline("none", count, "tensors moved:", "all were there already", False)
    return Headline("none", count, "tensors:", "nothing to move", False)


def _count(moved: int, total: int) -> str:
    if total == 0:
        return "0"
    return f"{number(moved)} of {number(total)}"
