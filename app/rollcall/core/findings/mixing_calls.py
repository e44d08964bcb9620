"""Which call of a forward mixes the samples of its batch."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.findings.forward_kinds import MixedRows
from rollcall.core.findings.meeting_calls import (
    OF_SEQUENCES,
    PRODUCTS,
    RESHAPING,
    spreads,
    where_numbers_meet,
)
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.findings.seen_calls import SeenCall, are_alike, seen_calls
from rollcall.core.input.model_input import ModelInput
from rollcall.core.pytorch_names import name_of
from rollcall.core.tensors.tensor_compare import max_abs_diff
from rollcall.core.walk.object_walk import walk

# They put several numbers together along a dimension that is named, or along all of them. The
# deviation of a batch alone is left out, as discriminators are given it; a mean comes before it in
# whatever standardizes.
REDUCTIONS = frozenset(
    (
        *("softmax", "log_softmax", "softmin", "gumbel_softmax", "logsumexp", "normalize"),
        *("mean", "sum", "std_mean", "var_mean", "norm", "vector_norm"),
        *("amax", "amin", "max", "min", "median"),
    )
)
SOFTMAXES = (nn.Softmax, nn.LogSoftmax, nn.Softmin)


def mixing_call(
    model: nn.Module, inputs: tuple[ModelInput, ModelInput, ModelInput], subject: ModelUnderTest
) -> MixedRows | None:
    """The first call whose answer for the last sample differs, although it was given the same.

    Args:
        model: one whose answer for the last sample differs.
        inputs: one, the same with other samples before the last, and the same with another last.
        subject: what the model was built by.

    Returns:
        None where no call that one knows to do so mixes them. For an input of two dimensions it is
        None, too, where another call does so before: its rows may be those of a sequence.
    """
    size = inputs[0].tensors[0].shape[0]
    one, other = (seen_calls(model, x, subject) for x in inputs[:2])
    if not are_alike(one, other):
        return None
    if any(each.what is torch.autograd.grad for each in one):  # of a loss over the batch
        return None
    mixing = [a for a, b in zip(one, other, strict=True) if _mixes(a, b, size)]
    candidates = [each for each in mixing if _may_mix(each)]
    if _may_be_one_sample(inputs[0]) and not any(_flattens_samples(each) for each in one):
        candidates = [each for each in mixing[:1] if _may_mix(each) or spreads(each)]
    elif not candidates:
        candidates = where_numbers_meet(one, seen_calls(model, inputs[2], subject), other)
    if not candidates:
        return None
    return _finding(candidates[0], model)


def _may_be_one_sample(x: ModelInput) -> bool:
    """Whether it has the dimensions of one sequence of rows, or of words."""
    first = x.tensors[0]
    return first.dim() < 2 + first.is_floating_point()


def _flattens_samples(seen: SeenCall) -> bool:
    """Whether it leaves a first dimension alone which so is that of a batch."""
    if isinstance(seen.call.target, nn.Flatten):
        return seen.call.target.start_dim == 1
    return seen.name == "flatten" and seen.given[0].shape[:1] == seen.answer[0].shape[:1]


def _mixes(one: SeenCall, other: SeenCall, size: int) -> bool:
    return _have_last(one.given, other.given, size) and not _have_last(
        one.answer, other.answer, size
    )


def _have_last(some: Sequence[Tensor], others: Sequence[Tensor], size: int) -> bool:
    """Whether these are the same for the last sample; whole, where they have no such dimension."""
    if len(some) != len(others):
        return False
    for one, another in zip(some, others, strict=True):
        if one.dim() and another.dim() and one.shape[0] == another.shape[0] == size:
            one, another = one[-1], another[-1]
        if max_abs_diff(one, another) != 0:
            return False
    return True


def _may_mix(seen: SeenCall) -> bool:
    target = seen.call.target
    if isinstance(target, SOFTMAXES):
        return True
    if isinstance(target, OF_SEQUENCES):
        return not _has_batch_first(target) and _holds_several_sequences(seen)
    return seen.name in REDUCTIONS


def _has_batch_first(module: Any) -> bool:
    attention = getattr(module, "self_attn", module)
    return bool(attention.batch_first)


def _holds_several_sequences(seen: SeenCall) -> bool:
    given = seen.given[0]
    return given.dim() > 2 and given.shape[1] > 1


def _finding(seen: SeenCall, model: nn.Module) -> MixedRows:
    call = seen.call
    paths = {id(found.value): found.path for found in walk(model).modules}
    if not isinstance(call.target, nn.Module):
        name = name_of(call.target)
        last = name.rpartition(".")[2]
        return MixedRows(
            path=None,
            name=name,
            line=call.line,
            row_change=0,
            torn=last in RESHAPING,
            product=last in PRODUCTS,
            spread=spreads(seen),
        )
    path, line = paths.get(id(call.target)), None
    if path is None:  # forward has made it
        line = call.line
    return MixedRows(
        path=path,
        name=type(call.target).__name__,
        line=line,
        row_change=0,
        time_first=isinstance(call.target, OF_SEQUENCES),
    )
