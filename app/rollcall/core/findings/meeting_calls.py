"""Where numbers of several samples come together that a forward had kept apart."""

from itertools import accumulate
from operator import mul

import torch
from torch import nn

from rollcall.core.findings.reach import Reach, reaches
from rollcall.core.findings.seen_calls import SeenCall, are_alike

# Of rows alone nobody but the author knows whether a batch, a graph or a sequence is multiplied.
PRODUCTS = frozenset(
    (
        *("matmul", "mm", "bmm", "addmm", "baddbmm", "einsum", "tensordot", "inner", "cdist"),
        "scaled_dot_product_attention",
    )
)
RESHAPING = frozenset(("view", "reshape", "flatten", "unflatten", "view_as", "reshape_as"))
MOVING = frozenset(("roll", "flip"))
ELEMENTWISE = frozenset(
    ("add", "sub", "rsub", "mul", "div", "true_divide", "pow", "maximum", "minimum")
)
OF_SEQUENCES = (nn.RNNBase, nn.MultiheadAttention, nn.TransformerEncoderLayer)


def where_numbers_meet(
    one: list[SeenCall], last_changed: list[SeenCall], others_changed: list[SeenCall]
) -> list[SeenCall]:
    """The reshape that tears samples apart, or else the product that makes one number of several.

    Wherever a batch was put, one dimension of a tensor keeps its samples apart. A reshape that
    leaves none has parts of several samples in each row, and what comes next mixes them. So it is,
    before a layer of sequences, where a reshape gives samples the place of time by their number.

    Args:
        one: what a forward calls.
        last_changed: the same where the last sample is another.
        others_changed: the same where all others are.
    """
    if not are_alike(one, last_changed):
        return []
    torn: list[SeenCall] = []
    swapped: list[SeenCall] = []
    moved: list[SeenCall] = []
    for runs in zip(one, last_changed, others_changed, strict=True):
        seen = runs[0]
        given = reaches([each.given for each in runs])
        answer = reaches([each.answer for each in runs])
        if seen.name in RESHAPING and _is_torn(given, answer):
            torn.append(seen)
        if seen.name in RESHAPING and _is_for_a_transpose(given, answer):
            swapped.append(seen)
        if seen.name in MOVING and _moves(given, answer):
            moved.append(seen)
        if any(each.is_mixed for each in answer):
            if isinstance(seen.call.target, OF_SEQUENCES):
                return torn or swapped
            return torn or moved or [seen] * (seen.name in PRODUCTS or spreads(seen))
    return torn


def _is_torn(given: list[Reach], answer: list[Reach]) -> bool:
    """Whether samples that had places of their own have none any more.

    Samples that are put into groups, as the frames of a clip, stay whole, in their order.
    """
    if len(given) != 1 or len(answer) != 1 or not given[0].dimensions or answer[0].dimensions:
        return False
    samples = given[0].of_last.shape[given[0].dimensions[0]]
    return samples not in accumulate(answer[0].of_last.shape, mul)


def spreads(seen: SeenCall) -> bool:
    """Whether a column of one number for each sample meets a row of such: each meets each.

    Whoever wants that gives both two dimensions.
    """
    if seen.name not in ELEMENTWISE or len(seen.given) != 2:
        return False
    row, column = sorted((tuple(each.shape) for each in seen.given), key=len)
    return len(row) == 1 and column == (*row, 1) and row[0] > 1


def _moves(given: list[Reach], answer: list[Reach]) -> bool:
    """Whether a sample is where another one was."""
    if len(given) != 1 or len(answer) != 1 or not given[0].dimensions:
        return False
    dim = given[0].dimensions[0]
    return not torch.equal(given[0].places_of_last(dim), answer[0].places_of_last(dim))


def _is_for_a_transpose(given: list[Reach], answer: list[Reach]) -> bool:
    """Whether samples that came first have as many places in the second dimension, as time has."""
    if len(given) != 1 or len(answer) != 1 or 0 not in given[0].dimensions:
        return False
    before, after = given[0].of_last.shape, answer[0].of_last.shape
    return before[:1] == after[1:2] != after[:1] and 1 not in answer[0].dimensions
