"""Which call of a forward mixes the samples of its batch."""

from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.findings.forward_kinds import MixedRows
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.findings.reach import Reach, reaches
from rollcall.core.input.model_input import ModelInput
from rollcall.core.pytorch_names import name_of
from rollcall.core.repeatable import Arguments
from rollcall.core.tensors.nested_tensors import tensors_in
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
OF_SEQUENCES = (nn.RNNBase, nn.MultiheadAttention, nn.TransformerEncoderLayer)
# Of rows alone nobody but the author knows whether a batch, a graph or a sequence is multiplied.
PRODUCTS = frozenset(
    (
        *("matmul", "mm", "bmm", "addmm", "baddbmm", "einsum", "tensordot", "inner", "cdist"),
        "scaled_dot_product_attention",
    )
)
RESHAPING = frozenset(("view", "reshape", "flatten", "unflatten", "view_as", "reshape_as"))


class _Seen(NamedTuple):
    """A call with copies of the tensors that it was given and gave."""

    call: Call
    given: list[Tensor]
    answer: list[Tensor]

    @property
    def what(self) -> Any:
        """What is called, as another forward calls it: it may make a layer of its own."""
        if isinstance(self.call.target, nn.Module):
            return type(self.call.target)
        return self.call.target

    @property
    def name(self) -> str:
        """`softmax` for F.softmax, torch.softmax and x.softmax; "" for a module."""
        if isinstance(self.call.target, nn.Module):
            return ""
        return name_of(self.call.target).rpartition(".")[2]


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
    one, other = (_seen(model, x, subject) for x in inputs[:2])
    if not _are_alike(one, other):
        return None
    if any(each.what is torch.autograd.grad for each in one):  # of a loss over the batch
        return None
    mixing = [a for a, b in zip(one, other, strict=True) if _mixes(a, b, size)]
    candidates = [each for each in mixing if _may_mix(each)]
    if _may_be_one_sample(inputs[0]) and not any(_flattens_samples(each) for each in one):
        candidates = [each for each in mixing[:1] if _may_mix(each)]
    elif not candidates:
        candidates = _where_numbers_meet(one, _seen(model, inputs[2], subject), other)
    if not candidates:
        return None
    return _finding(candidates[0].call, model)


def _are_alike(one: list[_Seen], other: list[_Seen]) -> bool:
    return [each.what for each in one] == [each.what for each in other]


def _where_numbers_meet(
    one: list[_Seen], last_changed: list[_Seen], others_changed: list[_Seen]
) -> list[_Seen]:
    """The reshape that tears samples apart, or else the product that makes one number of several.

    Wherever a batch was put, one dimension of a tensor keeps its samples apart. A reshape that
    leaves none has parts of several samples in each row, and what comes next mixes them. So it is,
    before a layer of sequences, where a reshape gives samples the place of time by their number.
    """
    if not _are_alike(one, last_changed):
        return []
    torn: list[_Seen] = []
    swapped: list[_Seen] = []
    for runs in zip(one, last_changed, others_changed, strict=True):
        seen = runs[0]
        given = reaches([each.given for each in runs])
        answer = reaches([each.answer for each in runs])
        if seen.name in RESHAPING and _is_torn(given, answer):
            torn.append(seen)
        if seen.name in RESHAPING and _is_for_a_transpose(given, answer):
            swapped.append(seen)
        if any(each.is_mixed for each in answer):
            if isinstance(seen.call.target, OF_SEQUENCES):
                return torn or swapped
            return torn or [seen] * (seen.name in PRODUCTS)
    return torn


def _is_torn(given: list[Reach], answer: list[Reach]) -> bool:
    """Whether samples that had places of their own have none any more.

    Samples that are put into groups, as the frames of a clip, stay whole, in their order.
    """
    if len(given) != 1 or len(answer) != 1 or not given[0].dimensions or answer[0].dimensions:
        return False
    samples = given[0].of_last.shape[given[0].dimensions[0]]
    return samples not in accumulate(answer[0].of_last.shape, mul)


def _may_be_one_sample(x: ModelInput) -> bool:
    """Whether it has the dimensions of one sequence of rows, or of words."""
    first = x.tensors[0]
    return first.dim() < 2 + first.is_floating_point()


def _is_for_a_transpose(given: list[Reach], answer: list[Reach]) -> bool:
    """Whether samples that came first have as many places in the second dimension, as time has."""
    if len(given) != 1 or len(answer) != 1 or 0 not in given[0].dimensions:
        return False
    before, after = given[0].of_last.shape, answer[0].of_last.shape
    return before[:1] == after[1:2] != after[:1] and 1 not in answer[0].dimensions


def _flattens_samples(seen: _Seen) -> bool:
    """Whether it leaves a first dimension alone which so is that of a batch."""
    if isinstance(seen.call.target, nn.Flatten):
        return seen.call.target.start_dim == 1
    return seen.name == "flatten" and seen.given[0].shape[:1] == seen.answer[0].shape[:1]


def _seen(model: nn.Module, x: ModelInput, subject: ModelUnderTest) -> list[_Seen]:
    """What one forward calls, in the order in which it ends."""
    seen: list[_Seen] = []

    def note(call: Call, arguments: Arguments, output: Any) -> None:
        seen.append(_Seen(call, _copies(arguments), _copies(output)))

    recorder = CallRecorder(subject.filename, on_end=note)
    with recorder:
        subject.outputs(model, x)
    return seen


def _copies(structure: Any) -> list[Tensor]:
    return [each.detach().clone() for each in tensors_in(structure)]


def _mixes(one: _Seen, other: _Seen, size: int) -> bool:
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


def _may_mix(seen: _Seen) -> bool:
    target = seen.call.target
    if isinstance(target, SOFTMAXES):
        return True
    if isinstance(target, OF_SEQUENCES):
        return not _has_batch_first(target) and _holds_several_sequences(seen)
    return seen.name in REDUCTIONS


def _has_batch_first(module: Any) -> bool:
    attention = getattr(module, "self_attn", module)
    return bool(attention.batch_first)


def _holds_several_sequences(seen: _Seen) -> bool:
    given = seen.given[0]
    return given.dim() > 2 and given.shape[1] > 1


def _finding(call: Call, model: nn.Module) -> MixedRows:
    paths = {id(found.value): found.path for found in walk(model).modules}
    if not isinstance(call.target, nn.Module):
        name = name_of(call.target)
        last = name.rpartition(".")[2]
        torn, product = last in RESHAPING, last in PRODUCTS
        at = call.line
        return MixedRows(path=None, name=name, line=at, row_change=0, torn=torn, product=product)
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
