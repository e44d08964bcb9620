"""Forwards after eval(): do they agree, who draws, and who looks at the whole batch."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parameter import is_lazy

from rollcall.core.call_recorder import CPU, Call
from rollcall.core.findings.added_by_forward import added_by_forward
from rollcall.core.findings.kinds import (
    BatchStatisticsInEval,
    EvalForwardsDiffer,
    Finding,
    RandomInEval,
    RandomPlace,
)
from rollcall.core.findings.mode_watch import ModeWatch
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.findings.python_numbers import changed_numbers, python_numbers
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code
from rollcall.core.module_facts import is_training
from rollcall.core.pytorch_names import name_of, of_pytorch
from rollcall.core.repeatable import Arguments
from rollcall.core.rng.foreign_lines import ForeignLines
from rollcall.core.rng.randomness import RandomSource, random_recorder, random_sources
from rollcall.core.tensors.tensor_compare import all_max_abs_diff, all_same, max_abs_diff, same
from rollcall.core.tensors.transformed import is_transformed
from rollcall.core.walk.object_walk import walk

TRAINING_ARGUMENT = 5  # F.batch_norm(input, mean, var, weight, bias, training, ...)
LARGEST_ROUNDING = 1e-5  # what the order of a sum may change


class _Normalization(NamedTuple):
    """A call that normalized by the batch, and what it was given."""

    call: Call
    x: Tensor
    again: Callable[[Tensor], Any]  # the same call on another tensor


class EvalRun:
    """Forwards of one model on one input, the last one with other random numbers.

    Raises:
        ModelRaised: from whatever the forward raises.
    """

    def __init__(self, subject: ModelUnderTest) -> None:
        self._model = subject.build_in("eval")
        x = subject.input()
        fresh = walk(self._model)
        with torch.no_grad():
            self._modes = ModeWatch(fresh.modules)
            very_first = _copies(subject.outputs(self._model, x))
            self._modes.look()
        # An activation that is kept looks like a constant here: the training run tells of tensors.
        added = added_by_forward(fresh, walk(self._model))
        self._added = [each for each in added if each.holds in ("module", "parameter")]
        self._normalizations: list[_Normalization] = []
        before, numbers = _values(self._model), python_numbers(self._model)
        recorder = random_recorder(subject.filename, CPU)
        recorder.on_end = self._note
        with torch.no_grad():
            with recorder:
                first = _copies(subject.outputs(self._model, x))
            after = _values(self._model)
            self._changed = tuple(path for path in before if not _is_like(before, after, path))
            self._changed += tuple(changed_numbers(numbers, self._model))
            second = _copies(subject.outputs(self._model, x))
            sources = random_sources(recorder.calls, self._model)
            self._sources = [source for source in sources if source.drew]
            if not self._changed and not all_same(first, second):
                # Where a mode watches, PyTorch leaves its fast path for transformer layers.
                first, second = second, _copies(subject.outputs(self._model, x))
            if not self._sources and all_same(first, second):  # setting something up may draw
                first = very_first
            self._apart = all_max_abs_diff(first, second)
            self._agree = all_same(first, second) or (first is very_first and self._is_rounding())
            self._apart_by_draws = None
            self._places = [
                RandomPlace(path=each.key.path, name=each.key.name, line=each.key.line)
                for each in self._sources
            ]
            if self._sources:
                other = subject.outputs(self._model, x, 1)
                self._apart_by_draws = all_max_abs_diff(second, other)
            if any(_may_draw_elsewhere(each) for each in self._sources):
                self._places = self._by_lines(subject, x)

    def _is_rounding(self) -> bool:
        """What a first forward that fuses layers, say, may change."""
        return self._apart is not None and self._apart <= LARGEST_ROUNDING

    def _by_lines(self, subject: ModelUnderTest, x: ModelInput) -> list[RandomPlace]:
        """The same, with the lines that draw by `random` and numpy in the place of a module."""
        with ForeignLines(subject.filename) as lines:
            subject.outputs(self._model, x)
        if not lines.found:
            return self._places
        named: list[RandomPlace] = []
        for source, place in zip(self._sources, self._places, strict=True):
            if _may_draw_elsewhere(source):
                path = place.path
                named += [RandomPlace(path=path, name=n, line=line) for n, line in lines.found]
            else:
                named.append(place)
        return named

    def findings(self) -> Iterator[Finding]:
        """What they showed."""
        yield from self._added
        yield from self._modes.findings()
        if self._sources:
            places = tuple(dict.fromkeys(self._places))
            yield RandomInEval(places=places, apart=self._apart_by_draws)
        if not self._agree:
            yield EvalForwardsDiffer(apart=self._apart, changed=self._changed)
        yield from self._by_the_batch()

    def _note(self, call: Call, arguments: Arguments, output: Any) -> None:
        """Keep what is needed to make a normalization again."""
        args, kwargs = arguments
        target = call.target
        x = kwargs.get("input", next(iter(args), None))
        if not isinstance(x, Tensor) or is_transformed(x):
            return
        if output is None or not _uses_the_batch(target, arguments):
            return
        rest = {name: value for name, value in kwargs.items() if name != "input"}
        self._normalizations.append(
            _Normalization(call, x.detach().clone(), lambda x: target(x, *args[1:], **rest))
        )

    def _by_the_batch(self) -> Iterator[BatchStatisticsInEval]:
        if not self._normalizations:
            return
        paths = {id(found.value): found.path for found in walk(self._model).modules}
        told: dict[object, BatchStatisticsInEval] = {}
        for call, x, again in self._normalizations:
            row_change = _row_change(x, again)
            if row_change is None or row_change < LARGEST_ROUNDING:
                continue
            line = None
            key: object = id(call.owner)
            path = paths.get(id(call.owner))
            if not isinstance(call.target, nn.Module) or path is None:  # or forward has made it
                line = call.line
                key = line or key
            found = BatchStatisticsInEval(
                path=path, name=_name(call.target), line=line, row_change=row_change
            )
            told[key] = _joined(told.get(key), found)
        yield from told.values()


def _may_draw_elsewhere(source: RandomSource) -> bool:
    """Whether it is a module of the user's, of which no torch function drew."""
    return source.is_module and not of_pytorch(source.call.target)


def _joined(
    first: BatchStatisticsInEval | None, other: BatchStatisticsInEval
) -> BatchStatisticsInEval:
    """One for a line, or for a module that is called again."""
    if first is None:
        return other
    if other.path is None or other.path in (first.path, *first.also):
        return first
    return first.model_copy(update={"also": (*first.also, other.path)})


def _name(target: Any) -> str:
    if isinstance(target, nn.Module):
        return type(target).__name__
    return name_of(target)


def _uses_the_batch(target: Any, arguments: Arguments) -> bool:
    if isinstance(target, _BatchNorm):
        return is_training(target) or target.running_mean is None
    if target is not F.batch_norm:
        return False
    args, kwargs = arguments
    return bool(kwargs.get("training", next(iter(args[TRAINING_ARGUMENT:]), False)))


def _row_change(x: Tensor, again: Callable[[Tensor], Any]) -> float | None:
    """How far the first row's answer moves when the other rows become others."""
    if x.dim() < 2 or x.shape[0] < 2:
        return None
    other = x.clone()
    other[1:] = other[1:] * 2 + 1
    with torch.no_grad():
        with model_code("module(input)"):
            answers = again(x)[0], again(other)[0]
        return max_abs_diff(*answers)


def _values(model: nn.Module) -> dict[str, Tensor]:
    """Copies of the tensors that have values, by path."""
    tensors = (found for found in walk(model).tensors if not is_lazy(found.value))
    return {found.path: found.value.detach().clone() for found in tensors}


def _is_like(before: dict[str, Tensor], after: dict[str, Tensor], path: str) -> bool:
    return path in after and same(before[path], after[path])


def _copies(outputs: list[Tensor]) -> list[Tensor]:
    return [output.detach().clone() for output in outputs]
