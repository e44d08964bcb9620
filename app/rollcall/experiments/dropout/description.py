"""What is told of one draw of a model, and of all draws up to it."""

from collections.abc import Collection, Sequence
from typing import Literal

import torch
from torch import Tensor

from rollcall.core.binomial import counted
from rollcall.core.mask import drop_probability, was_training
from rollcall.core.module_facts import is_training
from rollcall.core.rng.randomness import RandomSource, SourceKey
from rollcall.core.scan import ModuleStatus
from rollcall.core.tensors.tensor_compare import same
from rollcall.core.tensors.tensor_stats import std_of
from rollcall.experiments.dropout.affine import affine
from rollcall.experiments.dropout.draws import Draw, Mask, Tally
from rollcall.experiments.dropout.grid import laid_out
from rollcall.experiments.dropout.report import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cells,
    DropoutSubject,
    Place,
)
from rollcall.experiments.dropout.run import Run
from rollcall.lectures.contents import ModelCard


def described(card: ModelCard, draw: Draw, run: Run, on_grid: bool, columns: int) -> DropoutSubject:
    """What one draw shows.

    Args:
        card: the model.
        draw: of it.
        run: which made that draw.
        on_grid: it is shown on the grid that was asked for.
        columns: of that grid.
    """
    if not on_grid:
        columns = MOST_COLUMNS
    subject = DropoutSubject(
        card=card,
        input=run.origin,
        places=tuple(map(_place, draw.sources)),
        silent=_silent(run.known, draw.sources),
        shown=draw.shown,
        on_grid=on_grid,
        takes_grid=run.takes_grid,
        max_abs=run.max_abs,
        takes_p=run.takes_p,
        p=drop_probability(draw.source.call),
    )
    if draw.mask is None:
        return subject
    return _with_mask(subject, draw.mask, columns)


def _with_mask(subject: DropoutSubject, mask: Mask, columns: int) -> DropoutSubject:
    given, answer = _numbers(mask.input), _numbers(mask.output)
    fitted = affine(given, mask.factor.double().cpu(), answer)
    return subject.model_copy(
        update={
            "n_trials": mask.n_trials,
            "by_channel": mask.n_trials < mask.factor.numel(),
            "cells": _cells(mask, columns),
            **fitted._asdict(),
            "std": (std_of(given), std_of(answer)),
            "identical": same(mask.input, mask.output),
        }
    )


def with_tallies(subject: DropoutSubject, tallies: Sequence[Tally | None]) -> DropoutSubject:
    """What one draw shows, with what all up to it add up to."""
    counted_draws = [tally for tally in tallies if tally is not None]
    if len(counted_draws) < len(tallies):
        return subject
    dropped = tuple(tally.dropped for tally in counted_draws)
    histogram = None
    if subject.p is not None:
        histogram = counted(dropped, subject.n_trials, subject.p)
    return subject.model_copy(
        update={
            "dropped": dropped,
            "inputs": tuple(tally.input for tally in counted_draws),
            "outputs": tuple(tally.output for tally in counted_draws),
            "histogram": histogram,
        }
    )


def nothing_random(card: ModelCard, modules: tuple[str, ...], run: Run) -> DropoutSubject:
    """A model in whose forward nothing drew."""
    return DropoutSubject(
        card=card,
        input=run.origin,
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
    path = ""
    status: ModuleStatus = "unreachable"
    if found is not None:
        path, status = found.path, found.status
    kind: Literal["module", "function"] = "function"
    if source.is_module:
        kind = "module"
    return Place(
        kind=kind,
        path=path,
        name=source.key.name,
        status=status,
        line=call.line,
        training=was_training(call),
        owner_training=call.owner is not None and is_training(call.owner),
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


def _numbers(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", torch.float64)
