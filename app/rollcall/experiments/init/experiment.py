"""Why initialization exists: the size of activations and gradients by layer, under two inits."""

import math
from typing import ClassVar, Self

from pydantic import Field
from torch import Tensor

from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Report
from rollcall.core.tensors.tensor_stats import elements, facts, std_of
from rollcall.experiments.base import Experiment
from rollcall.experiments.examine import cards_of
from rollcall.experiments.init.column import Health, InitColumn, Picture, Signal
from rollcall.experiments.init.deep_net import (
    INITS,
    Activation,
    Init,
    Passage,
    expected_factor,
    pass_through,
)
from rollcall.experiments.init.measures import MEASURES
from rollcall.lectures.catalog import Catalog

VANISHED = 0.01  # both directions start at 1; below a hundredth of it little is left to learn from
EXPLODED = 100.0
FEWEST_LAYERS = 2
# Pictures of activations stand at this many equal steps through the net, and after the first layer.
PICTURES = 4


class InitQuery(PairQuery):
    """Which two inits, and of which net; the models are kept for the other pages."""

    path: ClassVar[str] = "/init"
    controls: ClassVar[tuple[str, ...]] = (
        "init_left",
        "init_right",
        "depth",
        "width",
        "activation",
        "seed",
    )
    init_left: Init = Field(
        "kaiming_uniform_a5", description="how the weights in the left column are initialised"
    )
    init_right: Init = Field(
        "kaiming_normal", description="how the weights in the right column are initialised"
    )
    depth: int = Field(20, ge=FEWEST_LAYERS, le=50, description="layers")
    width: int = Field(64, ge=4, le=256, description="units of each layer")
    activation: Activation = Field("relu", description="what follows each linear layer")

    @property
    def less(self) -> dict[str, int]:
        """Half the layers."""
        if self.depth < 2 * FEWEST_LAYERS:
            return {}
        return {"depth": self.depth // 2}

    @property
    def swapped(self) -> Self:
        """The same two inits with left and right exchanged."""
        return self.replace(init_left=self.init_right, init_right=self.init_left)


class InitReport(Report):
    """The same net under two inits."""

    query: InitQuery
    left: InitColumn
    right: InitColumn
    healthy: tuple[float, float]  # between these


def init(query: InitQuery, catalog: Catalog) -> InitReport:
    """Send one batch through both nets, and a gradient back.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    cards_of(query, catalog)  # only the other pages use them
    left_device, right_device = query.devices
    return InitReport(
        query=query,
        left=_column(query, query.init_left, left_device),
        right=_column(query, query.init_right, right_device),
        healthy=(VANISHED, EXPLODED),
    )


INIT = Experiment(
    name="init",
    title="Init",
    summary="Why initialization exists: "
    "the size of activations and gradients through a deep net under two inits.",
    query=InitQuery,
    report=InitReport,
    run=init,
    measures=MEASURES,
    shows_models=False,
)


def _column(query: InitQuery, chosen: Init, device: str) -> InitColumn:
    passage = pass_through(
        chosen,
        query.activation,
        depth=query.depth,
        width=query.width,
        seed=query.seed,
        device=device,
    )
    weight_std = _std(passage.weight)
    return InitColumn(
        init=chosen,
        code=INITS[chosen],
        weight_std=weight_std,
        expected=expected_factor(query.activation, query.width, weight_std),
        forward=_signal(passage.activations, range(query.depth + 1)),
        backward=_signal(passage.gradients, range(query.depth, -1, -1)),
        pictures=_pictures(passage),
    )


def _signal(tensors: list[Tensor], way: range) -> Signal:
    """`tensors` by layer, and the layers in the order in which it meets them."""
    std = tuple(map(_std, tensors))
    at = next((layer for layer in way if _health(std[layer]) != "healthy"), None)
    outcome: Health = "healthy"
    if at is not None:
        outcome = _health(std[at])
    return Signal(
        std=std,
        outcome=outcome,
        at=at,
        overflow=next((layer for layer in way if not math.isfinite(std[layer])), None),
        factor=_factor(std[way[1]], std[way[-1]], len(way) - 2),
    )


def _health(std: float) -> Health:
    if std < VANISHED:
        return "vanished"
    if std <= EXPLODED:
        return "healthy"
    return "exploded"  # NaN, too


def _factor(start: float, end: float, layers: int) -> float | None:
    """The geometric mean of what each of `layers` multiplies by."""
    if layers and start > 0 and end > 0:
        return float((end / start) ** (1 / layers))
    return None


def _std(tensor: Tensor) -> float:
    values = elements(tensor)
    if values is None:
        return math.nan
    return std_of(values)


def _pictures(passage: Passage) -> tuple[Picture, ...]:
    depth = len(passage.activations) - 1
    layers = {1}
    for step in range(1, PICTURES + 1):
        layers.add(max(1, round(depth * step / PICTURES)))
    pictures = []
    for layer in sorted(layers):
        pictures.append(Picture(layer=layer, facts=facts("", passage.activations[layer])))
    return tuple(pictures)
