"""The runs behind the dropout page, the last ones kept, so that the next frame of a play costs one forward."""

from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor, nn

from rollcall.core.dropouts import drops
from rollcall.core.grid import Content, grid_of, in_pictures
from rollcall.core.masks import Draw, Masks, Tally
from rollcall.core.walk import walk
from rollcall.experiments.pair import Candidate

MOST_RUNS = 8


@dataclass(frozen=True)
class Setting:
    """All that the masks of one model depend on, its seed apart."""

    mode: str
    device: str
    p: float
    content: Content | None  # of the grid that a layer is given; None: the model's own example input
    rows: int
    columns: int
    number: int  # which dropout call of a forward is looked at, from 0


class Run:
    """One model, called again and again."""

    def __init__(self, candidate: Candidate, setting: Setting) -> None:
        self.candidate = candidate  # also keeps its catalog alive, whose id is a part of this run's key
        self.takes_p = candidate.own_p is not None
        self.largest = max(_largest(candidate, replace(setting, mode=mode)) for mode in ("train", "eval"))
        model = _model(candidate, setting)
        self.held = candidate.catalog.held(candidate.card.name)
        self.paths = {id(found.value): found for found in walk(model).modules}
        self.takes_grid = _takes_grid(candidate, model)
        self.on_grid = self.takes_grid and setting.content is not None
        self.masks = _masks(candidate, model, setting)

    def at(self, draw: int) -> tuple[Draw, list[Tally]]:
        """One draw, counted from 1, and what was counted in all up to it."""
        return self.masks.at(draw), self.masks.tallies[:draw]


@dataclass
class Runs:
    """The runs that were asked for last. Nothing is remembered that making it again would not bring."""

    _runs: OrderedDict[Hashable, Run] = field(default_factory=OrderedDict)

    def of(self, candidate: Candidate, setting: Setting, draw: int) -> Run:
        """A run that has not gone past `draw`, or still knows it; it is the caller's until it is put back.

        Raises:
            Exception: whatever the lecture file raises.
        """
        run = self._runs.pop(_key(candidate, setting), None)
        return run if run and run.masks.holds(draw) and run.held.lets_go_on else Run(candidate, setting)

    def keep(self, run: Run, setting: Setting) -> None:
        """Put back a run in which nothing was raised."""
        self._runs[_key(run.candidate, setting)] = run
        if len(self._runs) > MOST_RUNS:
            self._runs.popitem(last=False)


def _key(candidate: Candidate, setting: Setting) -> Hashable:
    return id(candidate.catalog), candidate.card.name, candidate.seed, setting


def _model(candidate: Candidate, setting: Setting) -> nn.Module:
    options = {} if candidate.own_p is None else {"p": setting.p}
    return candidate.build(**options)


def _takes_grid(candidate: Candidate, model: nn.Module) -> bool:
    """Whether a grid of numbers can be given to it: it is a dropout itself, and no net around one."""
    return drops(model) and candidate.example(model).dim() in (2, 3, 4)


def _masks(candidate: Candidate, model: nn.Module, setting: Setting) -> Masks:
    """The forwards of a model in the mode and on the device of a setting."""
    example: Any = candidate.example(model)
    if setting.content is not None and _takes_grid(candidate, model):
        # In as many dimensions as its own example has.
        grid = grid_of(setting.content, setting.rows, setting.columns, candidate.seed)
        example = in_pictures(grid, example.dim())
    model.train(setting.mode == "train").to(setting.device)
    return Masks(model, example.to(setting.device), candidate.seed, setting.number, str(candidate.file))


def _largest(candidate: Candidate, setting: Setting) -> float:
    """The largest size that the numbers around the dropouts of a first forward have, or get where they are scaled.

    It depends on no draw, so that a shade can mean the same number in all of them.
    """
    largest = 0.0
    with suppress(Exception):  # what it raises in the mode that is shown, it raises there again
        for call in _masks(candidate, _model(candidate, setting), setting).at(1).calls:
            scale = 1 / (1 - call.p) if call.p is not None and call.p < 1 else 1.0
            largest = max(largest, _finite_size(call.input) * scale, _finite_size(call.output))
    return largest


def _finite_size(tensor: Tensor | None) -> float:
    if tensor is None:
        return 0.0
    finite = tensor.detach().double()[tensor.isfinite()].abs()
    return float(finite.max()) if finite.numel() else 0.0
