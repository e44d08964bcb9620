"""Whether the answer for one sample depends on the other samples of its batch, after eval()."""

from collections.abc import Iterator
from contextlib import suppress

import torch
from torch import Tensor

from rollcall.core.findings.forward_kinds import MixedRows
from rollcall.core.findings.mixing_calls import mixing_call
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.findings.reach import mixed_rows
from rollcall.core.input.model_input import ModelInput, stacked
from rollcall.core.model_raised import ModelRaised
from rollcall.core.tensors.tensor_compare import max_abs_diff
from rollcall.core.tensors.transformed import is_transformed

BATCH = 0  # the dimension of an input along which its samples are
LARGEST_ROUNDING = 1e-4  # of the largest output: what another order of a sum may change


class BatchRun:
    """Forwards of one model on two batches that have only their last sample in common.

    Where the output has another number of rows than there are samples, a third batch has all but
    the last one in common with the first: a row that differs from those of both is a mixed one.

    Dimension 0 is a batch where a shorter one gives an output that is shorter at dimension 0, and
    alike otherwise. It is none where dimension 1 is: that of a sequence whose batch comes second.

    What the forward raises is not told: the other runs make it too.
    """

    def __init__(self, subject: ModelUnderTest) -> None:
        self._subject = subject
        self._model = subject.build_in("eval")
        self._found: list[MixedRows] = []
        with suppress(ModelRaised), torch.no_grad():
            self._look()

    def _look(self) -> None:
        x = self._subject.input()
        beside = _with_other_samples(x, self._others, BATCH)
        if beside is None:
            return
        apart = self._last_apart(x, beside, BATCH)
        if apart is not None and self._is_batch(x) and not self._is_in_another_place(x):
            self._name_the_call(x, beside, apart)
        elif apart is None:
            self._look_at_other_rows(x, beside)

    def _look_at_other_rows(self, x: ModelInput, beside: ModelInput) -> None:
        """The same where the rows of the output are not the samples."""
        first, again, size = self._first(x), self._first(x), x.tensors[0].shape[BATCH]
        if first is None or again is None or len(first) == size or max_abs_diff(first, again) != 0:
            return
        apart = self._rows_apart(x, BATCH)
        if apart is None or apart <= LARGEST_ROUNDING * float(first.abs().max()):
            return
        if self._has_twice_the_rows(x, first) and not self._keeps_rows_apart(x):
            self._name_the_call(x, beside, apart)
            told = {"rows": len(first), "samples": size}
            if not self._is_batch_of_rows(x, first):  # a group may need several samples
                self._found = [each for each in self._found if each.torn]
            self._found = [each.model_copy(update=told) for each in self._found]

    def _rows_apart(self, x: ModelInput, dim: int) -> float | None:
        """How far a row moves that depends on the last place of a dimension and on others."""
        inputs = [
            x,
            _with_other_samples(self._others, x, dim),
            _with_other_samples(x, self._others, dim),
        ]
        answers: list[Tensor] = []
        for each in inputs:
            answer = self._first(each) if each is not None else None
            if answer is None:
                return None
            answers.append(answer)
        return mixed_rows(*answers)

    def _keeps_rows_apart(self, x: ModelInput) -> bool:
        """Whether dimension 1 is the batch, or the input is one sample of a batch."""
        if self._keeps_samples_apart(x):
            return True
        return _has_places(x, 1) and self._rows_apart(x, 1) is None

    def _has_twice_the_rows(self, x: ModelInput, first: Tensor) -> bool:
        with suppress(ModelRaised):
            twice = self._first(stacked([x, x]))
            return twice is not None and twice.shape == (2 * len(first), *first.shape[1:])
        return False

    def _is_batch_of_rows(self, x: ModelInput, first: Tensor) -> bool:
        shorter, size = self._first_of_shorter(x, BATCH), x.tensors[0].shape[BATCH]
        return shorter is not None and len(shorter) * size == len(first) * (size - 1)

    @property
    def _others(self) -> ModelInput:
        """Another input, spread and moved: the mean of an image is nearly that of another one."""

        def apart(tensor: Tensor) -> Tensor:
            if not tensor.is_floating_point():
                return tensor
            return tensor * 2 + 1

        return self._subject.input(1).map(apart)

    def findings(self) -> Iterator[MixedRows]:
        """One, where the samples are mixed and the call that mixes them is known."""
        yield from self._found

    def _first(self, x: ModelInput) -> Tensor | None:
        """The first tensor that the model returns, where it has numbers to compare."""
        first = next(iter(self._subject.outputs(self._model, x)), None)
        if first is None or not first.dim() or not _is_plain(first):
            return None
        return first

    def _last_apart(self, x: ModelInput, beside: ModelInput, dim: int) -> float | None:
        """How far the answers for the last sample are apart; None where that may be rounding.

        So it is None, too, where two forwards on one input differ, and where dimension `dim` of the
        output is not that of the samples.
        """
        size = x.tensors[0].shape[dim]
        answers = [self._first(each) for each in (x, beside)]
        lasts = [_last(each, dim, size) for each in answers]
        if lasts[0] is None or lasts[1] is None:
            return None
        apart = max_abs_diff(lasts[0], lasts[1])
        if not apart or apart <= LARGEST_ROUNDING * float(lasts[0].abs().max()):
            return None
        again = _last(self._first(x), dim, size)
        if again is None or max_abs_diff(lasts[0], again) != 0:
            return None
        return apart

    def _is_batch(self, x: ModelInput) -> bool:
        whole, shorter = self._first(x), self._first_of_shorter(x, BATCH)
        if whole is None or shorter is None or whole.shape[1:] != shorter.shape[1:]:
            return False
        return whole.shape[BATCH] - 1 == shorter.shape[BATCH]

    def _is_in_another_place(self, x: ModelInput) -> bool:
        """Whether dimension 1 is the batch, or the input is one sample of a batch."""
        return self._keeps_apart(x, 1) or self._keeps_samples_apart(x)

    def _keeps_apart(self, x: ModelInput, dim: int) -> bool:
        """Whether the output has this dimension of the input, and one place is its own there."""
        first = x.tensors[0]
        if first.dim() <= dim or first.shape[dim] < 2:
            return False
        beside = _with_other_samples(x, self._others, dim)
        whole, shorter = self._first(x), self._first_of_shorter(x, dim)
        if beside is None or whole is None or shorter is None or whole.dim() != shorter.dim():
            return False
        unlike = [n for n in range(whole.dim()) if whole.shape[n] != shorter.shape[n]]
        if unlike != [dim]:
            return bool(unlike)  # the output has it elsewhere: not to be judged
        return self._last_apart(x, beside, dim) is None

    def _keeps_samples_apart(self, x: ModelInput) -> bool:
        """Whether two such inputs under one more dimension have an answer each."""
        one, other = (each.map(lambda t: t.unsqueeze(0)) for each in (x, self._others))
        single = self._first(x)
        with suppress(ModelRaised):
            two = self._first(stacked([other, one]))
            if single is not None and two is not None and two.shape == (2, *single.shape):
                return self._last_apart(stacked([other, one]), stacked([one, one]), 0) is None
        return False

    def _first_of_shorter(self, x: ModelInput, dim: int) -> Tensor | None:
        with suppress(ModelRaised):
            return self._first(_without_the_first(x, dim))
        return None

    def _name_the_call(self, x: ModelInput, beside: ModelInput, apart: float) -> None:
        last_changed = _with_other_samples(self._others, x, BATCH)
        if last_changed is None:
            return
        call = mixing_call(self._model, (x, beside, last_changed), self._subject)
        if call is not None:
            self._found.append(call.model_copy(update={"row_change": apart}))


def _has_places(x: ModelInput, dim: int) -> bool:
    return all(each.dim() > dim and each.shape[dim] > 1 for each in x.tensors)


def _is_plain(tensor: Tensor) -> bool:
    if is_transformed(tensor) or tensor.is_nested or tensor.layout != torch.strided:
        return False
    return tensor.is_floating_point() and tensor.numel() > 0


def _last(answer: Tensor | None, dim: int, size: int) -> Tensor | None:
    if answer is None or answer.dim() <= dim or answer.shape[dim] != size:
        return None
    return answer.select(dim, -1)


def _with_other_samples(x: ModelInput, other: ModelInput, dim: int) -> ModelInput | None:
    """The other input, with the last sample of the first one in the place of its own.

    None where the tensors of an input do not all have equally many samples, and two at least.
    """
    rest = other.tensors
    sizes = {each.shape[dim] for each in x.tensors if each.dim() > dim}
    if len(sizes) != 1 or min(sizes) < 2 or [t.shape for t in rest] != [t.shape for t in x.tensors]:
        return None
    if not all(each.layout == torch.strided and not each.is_nested for each in x.tensors):
        return None
    others = iter(rest)

    def joined(tensor: Tensor) -> Tensor:
        others_samples = next(others)
        if tensor.dim() <= dim:
            return tensor
        size = tensor.shape[dim]
        last = tensor.narrow(dim, size - 1, 1)
        return torch.cat([others_samples.narrow(dim, 0, size - 1), last], dim)

    return x.map(joined)


def _without_the_first(x: ModelInput, dim: int) -> ModelInput:
    def shorter(tensor: Tensor) -> Tensor:
        if tensor.dim() <= dim:
            return tensor
        return tensor.narrow(dim, 1, tensor.shape[dim] - 1)

    return x.map(shorter)
