"""What is told about the dropout of one model: its calls, its mask, and the count of all draws."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from rollcall.core.binomial import Counts, counted, deviation
from rollcall.core.mask import drop_probability, was_training
from rollcall.core.randomness import RandomSource, SourceKey
from rollcall.core.report import Report
from rollcall.core.scan import ModuleStatus
from rollcall.core.tensor_compare import same
from rollcall.experiments.dropout.draws import Draw, Mask, Tally
from rollcall.experiments.dropout.grid import laid_out
from rollcall.experiments.dropout.run import Run
from rollcall.experiments.subject import Subject
from rollcall.lectures.contents import ModelCard

MOST_ROWS, MOST_COLUMNS = 32, 64


class Place(Report):
    """One source of randomness in a forward."""

    kind: Literal["module", "function"]
    path: str  # of the module, or of the one whose forward calls the function
    name: str  # class of the module, or the function as a lecture writes it
    status: ModuleStatus  # of the module at `path`
    line: int | None  # of the lecture file from which it is called
    training: bool  # the module's own flag, or what the function was told
    owner_training: bool  # the flag of the module at `path`
    drew: bool = False  # a random generator moved
    calls: int = 1  # of a function whose results show no mask


class Cells(Report):
    """One dropout call, number by number, in rows; the first 32 × 64 where there are more."""

    shape: tuple[int, ...]  # of the whole tensor
    rows: int
    columns: int
    input: tuple[float, ...]
    factor: tuple[float, ...]  # by which each was multiplied; 0: dropped
    output: tuple[float, ...]

    @property
    def all_nan(self) -> bool:
        """Whether nothing was multiplied by a number."""
        return all(factor != factor for factor in self.factor)

    @property
    def dropped_are_zero(self) -> bool:
        """Whether what was dropped is 0.

        NaN times 0 is NaN, and alpha dropout puts another number there.
        """
        return not any(y for y, factor in zip(self.output, self.factor, strict=True) if factor == 0)


class DropoutSubject(Subject):
    """The dropout of one model."""

    modules: tuple[str, ...] = ()  # classes of all that its forward calls, where none of them draws
    silent: tuple[str, ...] = ()  # what draws in training and is not called in this mode
    places: tuple[Place, ...] = ()
    shown: int = 0  # which of them is looked at
    on_grid: bool = False  # the model is a dropout itself, and got the grid that was asked for
    takes_grid: bool = False  # it is a dropout itself, so that a grid can be given to it
    # Size of a number around its dropouts in a first forward, in train or in eval.
    max_abs: float = 0.0
    takes_p: bool = False  # its constructor was given the p that was asked for
    p: float | None = None  # the one that acted
    n_trials: int = 0  # independent draws in a call: one for each number, or for each channel
    by_channel: bool = False
    cells: Cells | None = None  # None: no mask can be read off the answer of the one that is shown
    # The one factor by which all that was kept was multiplied; None: none, or several.
    scale: float | None = None
    shift: float = 0.0  # added to what was kept, and
    dropped_to: float = 0.0  # what all that was dropped became
    std: tuple[float, float] = (0.0, 0.0)  # of the input and the output, unbiased
    identical: bool = False  # the output is the input
    dropped: tuple[int, ...] = ()  # of `draws`, in each draw so far
    inputs: tuple[float, ...] = ()  # mean of the input in each draw so far
    outputs: tuple[float, ...] = ()  # mean of the output in each draw so far
    histogram: Counts | None = None  # of `dropped`; None where p is not known

    @property
    def place(self) -> Place:
        """The call that is looked at."""
        return self.places[self.shown]

    @property
    def passes_on(self) -> bool:
        """Whether the dropout that is looked at is off: it gives its input back, without a mask."""
        return self.identical and not self.place.training

    @property
    def fraction(self) -> float:
        """Dropped in this draw."""
        return self.dropped[-1] / self.n_trials if self.n_trials else 0.0

    @property
    def fraction_so_far(self) -> float:
        """Dropped in all draws together."""
        return sum(self.dropped) / (self.n_trials * len(self.dropped)) if self.n_trials else 0.0

    @property
    def spread(self) -> float | None:
        """Two standard deviations of the fraction dropped in one draw."""
        return None if self.p is None else 2 * deviation(self.n_trials, self.p)

    @property
    def averages(self) -> list[float]:
        """Mean of the output, averaged over all draws so far."""
        return [total / number for number, total in enumerate(accumulate(self.outputs), 1)]

    @property
    def keeps_mean(self) -> bool | None:
        """Whether scale · (1 - p) is 1, so that the mean is kept on average.

        None where that is not the question.
        """
        silent = not self.place.training and not self.dropped[-1]
        if silent or self.p is None or self.scale is None or self.shift or self.dropped_to:
            return None
        return abs(self.scale * (1 - self.p) - 1) < 1e-5


def described(card: ModelCard, draw: Draw, run: Run, on_grid: bool, columns: int) -> DropoutSubject:
    """What one draw shows, cells in rows of at most `columns`."""
    subject = DropoutSubject(
        card=card,
        places=tuple(map(_place, draw.sources)),
        silent=_silent(run.known, draw.sources),
        shown=draw.shown,
        on_grid=on_grid,
        takes_grid=run.takes_grid,
        max_abs=run.max_abs,
        takes_p=run.takes_p,
        p=drop_probability(draw.source.call),
    )
    mask = draw.mask
    if mask is None:
        return subject
    given, answer = _numbers(mask.input), _numbers(mask.output)
    affine = _affine(given, mask.factor.double().cpu(), answer)
    return subject.model_copy(
        update={
            "n_trials": mask.n_trials,
            "by_channel": mask.n_trials < mask.factor.numel(),
            "cells": _cells(mask, columns),
            **affine._asdict(),
            "std": (_std(given), _std(answer)),
            "identical": same(mask.input, mask.output),
        }
    )


def with_tallies(subject: DropoutSubject, tallies: Sequence[Tally | None]) -> DropoutSubject:
    """What one draw shows, with what all up to it add up to."""
    counted_draws = [tally for tally in tallies if tally is not None]
    if len(counted_draws) < len(tallies):
        return subject
    dropped = tuple(tally.dropped for tally in counted_draws)
    p = subject.p
    return subject.model_copy(
        update={
            "dropped": dropped,
            "inputs": tuple(tally.input for tally in counted_draws),
            "outputs": tuple(tally.output for tally in counted_draws),
            "histogram": None if p is None else counted(dropped, subject.n_trials, p),
        }
    )


def nothing_random(card: ModelCard, modules: tuple[str, ...], run: Run) -> DropoutSubject:
    """A model in whose forward nothing drew."""
    return DropoutSubject(
        card=card,
        modules=modules,
        silent=_silent(run.known, ()),
        takes_p=run.takes_p,
        max_abs=run.max_abs,
    )


def _silent(known: Collection[SourceKey], sources: Sequence[RandomSource]) -> tuple[str, ...]:
    met = {source.key for source in sources}
    return tuple(sorted(key.name for key in known if key not in met))


def _place(source: RandomSource) -> Place:
    call, found = source.call, source.found
    status: ModuleStatus = "unreachable"
    if found is not None:
        status = "registered" if found.registered else "unregistered"
    return Place(
        kind="module" if source.is_module else "function",
        path=found.path if found else "",
        name=source.key.name,
        status=status,
        line=call.line,
        training=was_training(call),
        owner_training=call.owner is not None and call.owner.training,
        drew=source.drew,
        calls=len(source.calls),
    )


def _cells(mask: Mask, columns: int) -> Cells:
    tensors = (mask.input, mask.factor, mask.output)
    shown = [laid_out(_numbers(each), MOST_ROWS, columns) for each in tensors]
    rows, beside = shown[0].shape
    given, factors, answer = (tuple(each.flatten().tolist()) for each in shown)
    shape = tuple(mask.factor.shape)
    return Cells(shape=shape, rows=rows, columns=beside, input=given, factor=factors, output=answer)


class Affine(NamedTuple):
    """What a dropout did to its input: kept · scale + shift, and one number for what it dropped."""

    scale: float | None  # None: nothing was kept, or not all by the same factor
    shift: float  # only alpha dropout shifts
    dropped_to: float


def _affine(given: Tensor, factor: Tensor, answer: Tensor) -> Affine:
    dropped = factor == 0
    kept = factor[~dropped]
    scale = None
    if kept.numel() and bool((kept == kept[0]).all()):
        scale = float(kept[0])
    rest = (answer - given * factor).nan_to_num(0, 0, 0)
    largest = 0.0
    if given.numel():
        largest = float(given.nan_to_num(0, 0, 0).abs().max())
    tolerance = 1e-5 * max(1.0, largest)
    return Affine(scale, _median(rest[~dropped], tolerance), _median(rest[dropped], tolerance))


def _median(values: Tensor, tolerance: float) -> float:
    """The median, or 0 where it is no more than rounding."""
    if not values.numel():
        return 0.0
    median = float(values.median())
    return median if abs(median) > tolerance else 0.0


def _std(values: Tensor) -> float:
    return float(values.std()) if values.numel() > 1 else float("nan")


def _numbers(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", torch.float64)
