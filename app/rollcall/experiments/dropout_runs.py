"""The runs behind the dropout page, the last ones kept, so that the next frame of a play costs one forward."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
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
        model = candidate.build(**({"p": setting.p} if self.takes_p else {}))
        self.held = candidate.catalog.held(candidate.card.name)
        self.on_grid, example = _example(candidate, model, setting)
        self.paths = {id(found.value): found for found in walk(model).modules}
        model.train(setting.mode == "train").to(setting.device)
        example = example.to(setting.device)
        self.masks = Masks(model, example, candidate.seed, setting.number, str(candidate.file))

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


def _example(candidate: Candidate, model: nn.Module, setting: Setting) -> tuple[bool, Tensor]:
    """A model that is a dropout itself is shown on a grid, in as many dimensions as its own example has."""
    own: Any = candidate.example(model)
    if setting.content is None or not drops(model) or own.dim() not in (2, 3, 4):
        return False, own
    grid = grid_of(setting.content, setting.rows, setting.columns, candidate.seed)
    return True, in_pictures(grid, own.dim())
