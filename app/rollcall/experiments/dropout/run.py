"""One model and what is known of it before its first draw."""

from dataclasses import dataclass, replace
from functools import cached_property

from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import drop_probability
from rollcall.core.model_code import move_to, set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.rng.randomness import (
    RandomSource,
    SourceKey,
    may_mask,
    random_sources,
    sources_of_forward,
)
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
        self._in_other_mode = _first_sources(factory, _in_other_mode(setting))
        self.known: frozenset[SourceKey] = frozenset()
        if setting.mode == "eval":
            self.known = frozenset(source.key for source in self._in_other_mode)
        self.takes_p = factory.own_p is not None
        self._model = _model(factory, setting)
        self.takes_grid = _takes_grid(factory, self._model)
        sent = _sent(factory, self._model, setting)
        file = str(factory.file)
        self.draws = Draws(self._model, sent, factory.seed, setting.number, file, self.known)
        self._has_grid = _is_given_grid(factory, setting, self._model)
        self.origin: InputOrigin | None = None  # of its own input
        if not self._has_grid:
            self.origin = factory.input_origin

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


def _in_other_mode(setting: Setting) -> Setting:
    if setting.mode == "train":
        return replace(setting, mode="eval")
    return replace(setting, mode="train")


def _model(factory: ModelFactory, setting: Setting) -> nn.Module:
    options = {} if factory.own_p is None else {"p": setting.p}
    return factory.build(**options)


def _takes_grid(factory: ModelFactory, model: nn.Module) -> bool:
    """Whether it can be given a grid of numbers: it is a layer without tensors."""
    example = factory.example().only
    return may_mask(model) and example is not None and example.dim() in (2, 3, 4)


def _is_given_grid(factory: ModelFactory, setting: Setting, model: nn.Module) -> bool:
    """Whether it gets the numbers that the query describes; an input that was typed goes before."""
    if setting.content is None or factory.typed:
        return False
    return _takes_grid(factory, model)


def _sent(factory: ModelFactory, model: nn.Module, setting: Setting) -> ModelInput:
    """Bring a model into the mode and onto the device of a setting; return its input there."""
    example = factory.example()
    if _is_given_grid(factory, setting, model):
        # In as many dimensions as its own example has.
        assert setting.content is not None
        grid = grid_of(setting.content, setting.rows, setting.columns, factory.seed)
        example = ModelInput.of(in_pictures(grid, example.tensors[0].dim()))
    set_mode(model, setting.mode)
    move_to(model, setting.device)
    return example.to(setting.device)


def _first_sources(factory: ModelFactory, setting: Setting) -> tuple[RandomSource, ...]:
    """The sources in a first forward; none where it raises, as it then does where it is shown."""
    try:
        model = _model(factory, setting)
        sent = _sent(factory, model, setting)
        return tuple(sources_of_forward(model, sent, factory.seed, str(factory.file)))
    except ModelRaised:
        return ()


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
