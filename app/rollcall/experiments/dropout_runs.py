"""The runs behind the dropout page, the last ones kept, so that the next frame of a play costs one forward."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from rollcall.core.grid import Content, grid_of, in_pictures
from rollcall.core.masks import Draw, Masks, Tally
from rollcall.core.randomness import SourceKey, may_mask
from rollcall.experiments.pair import Candidate

MOST_RUNS = 8


@dataclass(frozen=True)
class Setting:
    """All that the masks of one model depend on, its seed apart."""

    mode: str
    device: str
    p: float
    content: (
        Content | None
    )  # of the grid that a layer is given; None: the model's own example input
    rows: int
    columns: int
    number: int  # which dropout call of a forward is looked at, from 0


class Run:
    """One model, called again and again."""

    def __init__(self, candidate: Candidate, setting: Setting) -> None:
        self.candidate = (
            candidate  # also keeps its catalog alive, whose id is a part of this run's key
        )
        self.takes_p = candidate.own_p is not None
        model = candidate.build(**self._options(setting))
        self.held = candidate.catalog.held(candidate.card.name)
        self._has_grid, example = _example(candidate, model, setting)
        model.train(setting.mode == "train")
        model.to(setting.device)
        example = example.to(setting.device)
        self._shape = example.shape
        self.known = self._known(setting, example)
        seed, file = candidate.seed, str(candidate.file)
        self.masks = Masks(model, example, seed, setting.number, file, self.known)

    def _options(self, setting: Setting) -> dict[str, Any]:
        return {"p": setting.p} if self.takes_p else {}

    def _known(self, setting: Setting, example: Tensor) -> frozenset[SourceKey]:
        """After eval(): what draws in training."""
        if setting.mode == "train":
            return frozenset()
        return self.candidate.drawing_in_training(example, setting.device, self._options(setting))

    def is_on_grid(self, draw: Draw) -> bool:
        """Whether what is shown is the grid that the model was given."""
        return self._has_grid and (draw.mask is None or draw.mask.input.shape == self._shape)

    def at(self, draw: int) -> tuple[Draw, list[Tally | None]]:
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
        return (
            run
            if run and run.masks.holds(draw) and run.held.lets_go_on
            else Run(candidate, setting)
        )

    def keep(self, run: Run, setting: Setting) -> None:
        """Put back a run in which nothing was raised."""
        self._runs[_key(run.candidate, setting)] = run
        if len(self._runs) > MOST_RUNS:
            self._runs.popitem(last=False)


def _key(candidate: Candidate, setting: Setting) -> Hashable:
    return id(candidate.catalog), candidate.card.name, candidate.seed, setting


def _example(candidate: Candidate, model: nn.Module, setting: Setting) -> tuple[bool, Tensor]:
    """A layer without tensors takes any width: it is given the grid, in as many dimensions as its own example has."""
    own: Any = candidate.example(model)
    if setting.content is None or not may_mask(model) or own.dim() not in (2, 3, 4):
        return False, own
    grid = grid_of(setting.content, setting.rows, setting.columns, candidate.seed)
    return True, in_pictures(grid, own.dim())
