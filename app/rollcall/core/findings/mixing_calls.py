"""Which call of a forward mixes the samples of its batch."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.findings.forward_kinds import MixedRows
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.input.model_input import ModelInput
from rollcall.core.pytorch_names import name_of
from rollcall.core.repeatable import Arguments
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.tensor_compare import max_abs_diff
from rollcall.core.walk.object_walk import walk

# They put several numbers together along a dimension that is named, or along all of them. Products
# of matrices are left out: nobody but the author knows whether a graph or a sequence is meant.
# So is the deviation of a batch alone, as discriminators are given it; a mean comes before it in
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
RESHAPING = frozenset(("view", "reshape"))


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
    model: nn.Module, inputs: tuple[ModelInput, ModelInput], subject: ModelUnderTest
) -> MixedRows | None:
    """The first call whose answer for the last sample differs, although it was given the same.

    Args:
        model: one whose answer for the last sample differs.
        inputs: two that have only their last sample in common.
        subject: what the model was built by.

    Returns:
        None where no call that one knows to do so mixes them. For an input of two dimensions it is
        None, too, where another call does so before: its rows may be those of a sequence.
    """
    size = inputs[0].tensors[0].shape[0]
    one, other = (_seen(model, x, subject) for x in inputs)
    if [each.what for each in one] != [each.what for each in other]:
        return None
    if any(each.what is torch.autograd.grad for each in one):  # of a loss over the batch
        return None
    mixing = [a for a, b in zip(one, other, strict=True) if _mixes(a, b, size)]
    candidates = [each for each in mixing if _may_mix(each)]
    if _may_be_one_sample(inputs[0]):
        candidates = [each for each in mixing[:1] if _may_mix(each)]
    elif not candidates:
        candidates = [each for each in mixing if each.name in RESHAPING]
    if not candidates:
        return None
    return _finding(candidates[0].call, model)


def _may_be_one_sample(x: ModelInput) -> bool:
    """Whether it has the dimensions of one sequence of rows, or of words."""
    first = x.tensors[0]
    return first.dim() < 2 + first.is_floating_point()


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
        return MixedRows(path=None, name=name_of(call.target), line=call.line, row_change=0)
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
