"""The checks of a layer that imitates nn.Dropout.

Its draws are its own. So the law of its outputs is checked, and not each number.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from rollcall.core.binomial import fraction_bounds
from rollcall.core.model_code import model_code, move_to, set_mode
from rollcall.core.query import Mode
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.tensor_compare import same
from rollcall.experiments.layer_checks.closeness import EXACT
from rollcall.experiments.layer_checks.findings import (
    Described,
    Finding,
    Share,
    compared,
    described,
    judged,
)
from rollcall.experiments.layer_checks.layer_pair import LayerPair, NotApplicable

SHAPE = (64, 128)
ODDS = 1e-6  # that a right layer fails by chance


def changes(pair: LayerPair) -> Finding:
    """In training two draws differ."""
    low, high = _bounds(pair)
    if low == 0 or high == 1:  # two draws may well be the same
        raise NotApplicable
    layer, x = _training(pair), _input(pair)
    first, second = _call(pair, layer, x, times=2)
    return judged(not same(first, second), of="y")


def fraction(pair: LayerPair) -> Finding:
    """About p of the numbers are dropped."""
    x = _input(pair)
    (y,) = _call(pair, _training(pair), x)
    if described(y) != described(x):
        return judged(False, of="y", found=described(y), wanted=described(x))
    low, high = _bounds(pair)
    share = Share(found=float((y == 0).double().mean()), low=low, high=high, of=y.numel())
    return judged(low <= share.found <= high, share=share)


def survivors(pair: LayerPair) -> Finding:
    """Those that are not dropped are divided by 1 - p."""
    return _survivors(pair, _input(pair))


def gradient(pair: LayerPair) -> Finding:
    """What was dropped gets no gradient, and what survived gets 1 / (1 - p) of it."""
    x = _input(pair).requires_grad_()
    (y,) = _call(pair, _training(pair), x)
    with model_code("backward()"):
        (found,) = torch.autograd.grad(y.sum(), x)
    return compared("x.grad", found, y.detach() / x.detach())


def double(pair: LayerPair) -> Finding:
    """The same law in float64."""
    return _survivors(pair, _input(pair).double())


def batches(pair: LayerPair) -> Finding:
    """The same law for three dimensions."""
    return _survivors(pair, _input(pair).reshape(4, 16, -1))


def identity(pair: LayerPair) -> Finding:
    """After eval() the output is the input, bit for bit."""
    x = _input(pair)
    (y,) = _call(pair, _in(pair, "eval", pair.build_layer()), x)
    return compared("y", y, x, tolerance=EXACT)


def none_dropped(pair: LayerPair) -> Finding:
    """With p=0 nothing is changed, as in the reference."""
    return _with_p(pair, 0.0)


def all_dropped(pair: LayerPair) -> Finding:
    """With p=1 everything is 0, as in the reference."""
    return _with_p(pair, 1.0)


def _with_p(pair: LayerPair, p: float) -> Finding:
    """Where nothing is left to chance."""
    x = _input(pair)
    (actual,) = _call(pair, _in(pair, "train", pair.build_layer(p=p)), x)
    (expected,) = _call(pair, _in(pair, "train", pair.build_reference(p=p)), x)
    return compared("y", actual, expected)


def _p(pair: LayerPair) -> float:
    p: float = pair.build_reference().p  # type: ignore[assignment]  # nn.Dropout's
    return p


def _bounds(pair: LayerPair) -> tuple[float, float]:
    return fraction_bounds(math.prod(SHAPE), _p(pair), ODDS)


def _training(pair: LayerPair) -> nn.Module:
    return _in(pair, "train", pair.build_layer())


def _in(pair: LayerPair, mode: Mode, layer: nn.Module) -> nn.Module:
    set_mode(layer, mode, "layer")
    move_to(layer, pair.device)
    return layer


def _input(pair: LayerPair) -> Tensor:
    """No number near 0, so that a 0 in the output is a dropped one."""
    generator = torch.Generator().manual_seed(pair.factory.seed)
    return (torch.rand(SHAPE, generator=generator) + 0.5).to(pair.device)


def _call(pair: LayerPair, layer: nn.Module, x: Tensor, times: int = 1) -> list[Tensor]:
    outputs = []
    with seeded(pair.factory.seed), model_code("layer(input)"):
        for _ in range(times):
            y = layer(x)
            if not isinstance(y, Tensor):
                raise TypeError(f"forward returned {type(y).__name__}, and no tensor")
            outputs.append(y)
    return outputs


def _survivors(pair: LayerPair, x: Tensor) -> Finding:
    p = _p(pair)
    (y,) = _call(pair, _training(pair), x)
    if described(y) != described(x):
        return judged(False, of="y", found=described(y), wanted=described(x))
    survived = y != 0
    if not survived.any() and _bounds(pair)[1] == 1:  # there are none, or chance left none
        raise NotApplicable
    if not survived.any():
        return judged(False, of="y", found=Described(kind="nothing but zeros"), wanted=described(x))
    return compared("y", y[survived], x[survived] / (1 - p))


DROPOUT: dict[str, Callable[[LayerPair], Finding]] = {
    "changes": changes,
    "fraction": fraction,
    "survivors": survivors,
    "gradient": gradient,
    "double": double,
    "batches": batches,
    "eval": identity,
    "none_dropped": none_dropped,
    "all_dropped": all_dropped,
}
