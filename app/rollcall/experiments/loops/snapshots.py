"""The numbers of a loop's tensors after each step, kept, and looked at many steps at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan

import torch
from torch import Tensor

from rollcall.core.tensors.tensor_compare import max_abs_diff
from rollcall.core.tensors.tensor_stats import norms
from rollcall.experiments.loops.answer_error import mean_squares
from rollcall.experiments.loops.held_out import HeldOutLoss
from rollcall.experiments.loops.placed import placed
from rollcall.experiments.loops.quick_copy import Numbers, QuickCopy, flat, size_of, stacked
from rollcall.experiments.loops.recorded import Step
from rollcall.experiments.loops.rows import Row

MOST_ELEMENTS = 2_000_000  # that are kept at a time
MOST_STEPS = 64  # as well


@dataclass
class _Kept:
    """One step."""

    step: Step
    values: Numbers
    gradients: Tensor | None  # of those tensors that have one
    with_gradient: list[int]  # rows
    error: Tensor | None  # of the model's answer to the batch


class Snapshots:
    """Fills in how far each tensor moved, and the norm of its gradient.

    To ask PyTorch once for many steps takes a tenth of the time that it takes to ask at each step.
    """

    def __init__(self, held_out: HeldOutLoss) -> None:
        self._held_out = held_out
        self._kept: list[_Kept] = []
        self._gradients: tuple[Tensor | None, list[int]] = (None, [])
        self._rows: list[Row] = []
        self._copy = QuickCopy()
        self._room = 0  # places for steps
        self._first = 0  # the place of the first step that is kept

    def keep_gradients(self, rows: list[Row]) -> None:
        """As they are now, for the step under way."""
        gradients = [row.value.grad for row in rows]
        places = [place for place, gradient in enumerate(gradients) if gradient is not None]
        there = [each for each in gradients if each is not None]
        self._gradients = (flat(there), places)

    def keep(self, step: Step, rows: list[Row], version: int, error: Tensor | None) -> None:
        """The numbers at the end of a step.

        Args:
            step: is filled in when they are looked at.
            version: of the rows.
            error: of the model's answer to the batch.
        """
        self._rows = rows
        self._held_out.prepare(version, rows)
        values = self._copy.of([row.value for row in rows], version)
        if values is None:
            self._fill_in_one(step, rows, error)
            return
        gradients, places = self._gradients
        if not self._kept and not self._first:
            self._room = _room_for(values, error)
        self._kept.append(_Kept(step, values, gradients, places, error))
        self._gradients = (None, [])
        if self._first + len(self._kept) == self._room:
            self.flush()
            self.begin_anew()

    def begin_anew(self) -> None:
        """At the first place: the rows are about to change, or there is no room."""
        self._first = 0

    def flush(self) -> None:
        """Look at what was kept. Whenever that is done, the same numbers are found.

        Call it before the rows change, and at the end.
        """
        if not self._kept:
            return
        steps = range(self._first, self._first + len(self._kept))
        sizes = [row.value.numel() for row in self._rows]
        values = [each.values for each in self._kept]
        self._fill_in_distances(sizes, stacked(values))
        rest = self._room - steps.stop
        everywhere = [*values[:1] * steps.start, *values, *values[:1] * rest]
        losses = self._held_out.of(stacked(everywhere), self._rows, steps)
        errors = [each.error for each in self._kept]
        trained = mean_squares(errors, steps.start, self._room)
        for each, loss, held_out in zip(self._kept, trained, losses, strict=True):
            each.step.loss = loss
            each.step.held_out = held_out
        self._fill_in_gradients(sizes)
        self._first = steps.stop
        self._kept.clear()

    def _fill_in_distances(self, sizes: list[int], values: Tensor) -> None:
        start = flat([row.start for row in self._rows])
        assert start is not None
        gaps = values.sub_(start).abs_()
        parts = [part.amax(1) for part in torch.split(gaps, sizes, dim=1)]
        moved = torch.stack(parts, dim=1).tolist()
        for each, of_step in zip(self._kept, moved, strict=True):
            each.step.moved = [inf if isnan(gap) else gap for gap in of_step]

    def _fill_in_gradients(self, sizes: list[int]) -> None:
        alike: dict[tuple[int, ...], list[int]] = {}
        norms_of_all: list[list[float | None]] = []
        for number, each in enumerate(self._kept):
            norms_of_all.append([None] * len(sizes))
            each.step.gradients = norms_of_all[number]
            if each.gradients is not None:
                alike.setdefault(tuple(each.with_gradient), []).append(number)
        for places, numbers in alike.items():
            some = [g for number in numbers if (g := self._kept[number].gradients) is not None]
            steps = [self._first + number for number in numbers]
            parts = torch.split(
                placed(some, steps, self._room), [sizes[place] for place in places], dim=1
            )
            found = torch.stack([part.norm(dim=1) for part in parts], dim=1).tolist()
            for number, step in zip(numbers, steps, strict=True):
                for place, norm in zip(places, found[step], strict=True):
                    norms_of_all[number][place] = norm

    def _fill_in_one(self, step: Step, rows: list[Row], error: Tensor | None) -> None:
        """Of tensors on several devices."""
        step.loss = mean_squares([error], 0, 1)[0]
        step.moved = [max_abs_diff(row.value, row.start) for row in rows]
        step.gradients = norms_of(rows)


def _room_for(values: Numbers, error: Tensor | None) -> int:
    elements = size_of(values)
    if error is not None:
        elements += error.numel()
    return max(1, min(MOST_STEPS, MOST_ELEMENTS // elements))


def norms_of(rows: Sequence[Row]) -> list[float | None]:
    """That of the gradient of each; None where there is none."""
    return norms([row.value.grad for row in rows])
