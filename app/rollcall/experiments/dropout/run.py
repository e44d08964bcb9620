"""One model and what is known of it before its first draw."""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import drop_probability
from rollcall.core.model_code import move_to, set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.rng.random_state import seeded
from rollcall.core.rng.randomness import (
    RandomSource,
    SourceKey,
    may_mask,
    random_sources,
    sources_of_forward,
)
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.dropout.draws import Draw, Draws
from rollcall.experiments.dropout.grid import Content, grid_of, in_pictures
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.example_input import InputOrigin


@dataclass(frozen=True)
class Setting:
    """All that the masks of one model depend on, its seed apart."""

    mode: Mode
    device: str
    p: float
    content: Content | None  # of the grid that a layer is given; None: its own example input
    rows: int
    columns: int
    number: int  # which source of randomness of a forward is looked at, from 0


class Run:
    """One model, ready to be called again and again.

    Raises:
        ModelRaised: from whatever the lecture file raises.
    """

    def __init__(self, factory: ModelFactory, setting: Setting) -> None:
        beside = _model(factory, setting)  # looked at in the other mode, before this one is built
        example = factory.example()
        self.takes_p = factory.own_p is not None
        self.takes_grid = _takes_grid(beside, example)
        # An input that was typed goes before.
        self._has_grid = self.takes_grid and setting.content is not None and not factory.typed
        sent = example.to(setting.device)
        if self._has_grid:
            sent = _grid(setting, factory.seed, example).to(setting.device)
        first = self._first_sources(factory, setting, beside, sent)
        if first is None and self._has_grid:  # it wants a square, say: its own input is one
            self.takes_grid = self._has_grid = False
            sent = example.to(setting.device)
            first = self._first_sources(factory, setting, _model(factory, setting), sent)
        self._in_other_mode = first or ()
        self.known: frozenset[SourceKey] = frozenset()
        if setting.mode == "eval":
            self.known = frozenset(source.key for source in self._in_other_mode)
        self._model = _model(factory, setting)
        _prepare(self._model, setting.mode, setting.device, factory.seed)
        file = str(factory.file)
        self.draws = Draws(self._model, sent, factory.seed, setting.number, file, self.known)
        self.origin: InputOrigin | None = None  # of its own input
        if not self._has_grid:
            self.origin = factory.input_origin

    def _first_sources(
        self, factory: ModelFactory, setting: Setting, beside: nn.Module, sent: ModelInput
    ) -> tuple[RandomSource, ...] | None:
        """Those of a first forward in the other mode; None where it raises."""
        _prepare(beside, _other(setting.mode), setting.device, factory.seed)
        return _first_sources(beside, sent.clone(), factory.seed, str(factory.file))

    @cached_property
    def max_abs(self) -> float:
        """The largest size of a number around the sources, in both modes.

        Known from the first draw on. It depends on no other, so that a shade can mean the same
        number in all of them.
        """
        sources = random_sources(self.draws.first_calls, self._model)
        return max([0.0, *map(_max_abs, (*sources, *self._in_other_mode))])

    def is_on_grid(self, draw: Draw) -> bool:
        """Whether what is shown is the grid that the model was given."""
        grid = self.draws.example.only
        if draw.mask is None or grid is None:
            return self._has_grid
        return self._has_grid and draw.mask.input.shape == grid.shape


def _other(mode: Mode) -> Mode:
    if mode == "train":
        return "eval"
    return "train"


def _model(factory: ModelFactory, setting: Setting) -> nn.Module:
    options = {} if factory.own_p is None else {"p": setting.p}
    return factory.build(**options)


def _takes_grid(model: nn.Module, example: ModelInput) -> bool:
    """Whether it can be given a grid of numbers: it is a layer without tensors, hidden ones too."""
    only = example.only
    if not may_mask(model) or walk(model).tensors:
        return False
    return only is not None and only.dim() in (2, 3, 4)


def _grid(setting: Setting, seed: int, example: ModelInput) -> ModelInput:
    """The numbers that the query describes, in as many dimensions as its own example has."""
    assert setting.content is not None
    grid = grid_of(setting.content, setting.rows, setting.columns, seed)
    return ModelInput.of(in_pictures(grid, example.tensors[0].dim()))


def _prepare(model: nn.Module, mode: Mode, device: str, seed: int) -> None:
    with seeded(seed):  # a train() of its own may draw
        set_mode(model, mode)
    move_to(model, device)


def _first_sources(
    model: nn.Module, sent: ModelInput, seed: int, filename: str
) -> tuple[RandomSource, ...] | None:
    """The sources in a first forward; None where it raises."""
    try:
        return tuple(sources_of_forward(model, sent, seed, filename))
    except ModelRaised:
        return None


def _max_abs(source: RandomSource) -> float:
    """The largest size that the numbers around a source have, or get where they are scaled."""
    noted = source.call.repeatable
    if noted is None:
        return 0.0
    p = drop_probability(source.call)
    scale = 1 / (1 - p) if p is not None and p < 1 else 1.0
    return max(_finite_size(noted.input) * scale, _finite_size(noted.output))


def _finite_size(tensor: Tensor | None) -> float:
    if tensor is None:
        return 0.0
    finite = tensor.detach().double()[tensor.isfinite()].abs()
    return float(finite.max()) if finite.numel() else 0.0
