"""An activation as a curve: its value and its derivative, beside those of the reference."""

import torch
from torch import Tensor, nn

from rollcall.core.model_code import model_code, set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.layer_checks.layer_pair import LayerPair

POINTS = 161  # odd: 0 is one of them


class Curve(Report):
    """What one activation answers to every x."""

    values: tuple[float, ...] = ()
    slopes: tuple[float, ...] = ()  # by autograd
    raised: Raised | None = None
    returned: str = ""  # a type or a shape, where that is not a number for every x


class Curves(Report):
    """A layer and its reference over the same range, in float32."""

    x: tuple[float, ...]
    actual: Curve
    expected: Curve


def curves(pair: LayerPair, x_max: float) -> Curves:
    """Run both from -x_max to x_max."""
    half = torch.linspace(0, x_max, POINTS // 2 + 1, device=pair.device)
    x = torch.cat([-half[1:].flip(0), half])
    try:
        with seeded(pair.factory.seed):
            actual = _curve(pair.build_layer(), pair.mode, x)
    except ModelRaised as error:
        actual = Curve(raised=pair.factory.raised(error))
    expected = _curve(pair.build_reference(), pair.mode, x)
    return Curves(x=_numbers(x), actual=actual, expected=expected)


def _curve(layer: nn.Module, mode: Mode, x: Tensor) -> Curve:
    set_mode(layer, mode)
    x = x.clone().requires_grad_()
    with model_code("layer(x)"):
        y = layer(x)
    if not isinstance(y, Tensor):
        return Curve(returned=type(y).__name__)
    if y.shape != x.shape:
        return Curve(returned=str(list(y.shape)))
    with model_code("backward()"):
        (slopes,) = torch.autograd.grad(y.sum(), x)
    return Curve(values=_numbers(y), slopes=_numbers(slopes))


def _numbers(tensor: Tensor) -> tuple[float, ...]:
    return tuple(tensor.detach().to("cpu", torch.float64).tolist())
