"""The checks of a layer that imitates nn.Dropout.

Its draws are its own. So the law of its outputs is checked, and not each number.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from rollcall.core.binomial import fraction_bounds
from rollcall.core.random_state import seeded
from rollcall.core.tensor_compare import same
from rollcall.experiments.layers.closeness import EXACT
from rollcall.experiments.layers.findings import (
    Described,
    Finding,
    Share,
    compared,
    described,
    judged,
)
from rollcall.experiments.layers.layer_pair import Bench, NotApplicable

SHAPE = (64, 128)
ODDS = 1e-6  # that a right layer fails by chance


def changes(bench: Bench) -> Finding:
    """In training two draws differ."""
    low, high = _bounds(bench)
    if low == 0 or high == 1:  # two draws may well be the same
        raise NotApplicable
    layer, x = _training(bench), _input(bench)
    first, second = _call(bench, layer, x, times=2)
    return judged(not same(first, second), of="y")


def fraction(bench: Bench) -> Finding:
    """About p of the numbers are dropped."""
    x = _input(bench)
    (y,) = _call(bench, _training(bench), x)
    if described(y) != described(x):
        return judged(False, of="y", found=described(y), wanted=described(x))
    low, high = _bounds(bench)
    share = Share(found=float((y == 0).double().mean()), low=low, high=high, of=y.numel())
    return judged(low <= share.found <= high, share=share)


def survivors(bench: Bench) -> Finding:
    """Those that are not dropped are divided by 1 - p."""
    return _survivors(bench, _input(bench))


def gradient(bench: Bench) -> Finding:
    """What was dropped gets no gradient, and what survived gets 1 / (1 - p) of it."""
    x = _input(bench).requires_grad_()
    (y,) = _call(bench, _training(bench), x)
    (found,) = torch.autograd.grad(y.sum(), x)
    return compared("x.grad", found, y.detach() / x.detach())


def double(bench: Bench) -> Finding:
    """The same law in float64."""
    return _survivors(bench, _input(bench).double())


def batches(bench: Bench) -> Finding:
    """The same law for three dimensions."""
    return _survivors(bench, _input(bench).reshape(4, 16, -1))


def identity(bench: Bench) -> Finding:
    """After eval() the output is the input, bit for bit."""
    x = _input(bench)
    (y,) = _call(bench, bench.mine().eval().to(bench.device), x)
    return compared("y", y, x, tolerance=EXACT)


def none_dropped(bench: Bench) -> Finding:
    """With p=0 nothing is changed, as in the reference."""
    return _with_p(bench, 0.0)


def all_dropped(bench: Bench) -> Finding:
    """With p=1 everything is 0, as in the reference."""
    return _with_p(bench, 1.0)


def _with_p(bench: Bench, p: float) -> Finding:
    """Where nothing is left to chance."""
    x = _input(bench)
    (actual,) = _call(bench, bench.mine(p=p).train().to(bench.device), x)
    (expected,) = _call(bench, bench.theirs(p=p).train().to(bench.device), x)
    return compared("y", actual, expected)


def _p(bench: Bench) -> float:
    p: float = bench.theirs().p  # type: ignore[assignment]  # nn.Dropout's
    return p


def _bounds(bench: Bench) -> tuple[float, float]:
    return fraction_bounds(math.prod(SHAPE), _p(bench), ODDS)


def _training(bench: Bench) -> nn.Module:
    return bench.mine().train().to(bench.device)


def _input(bench: Bench) -> Tensor:
    """No number near 0, so that a 0 in the output is a dropped one."""
    generator = torch.Generator().manual_seed(bench.candidate.seed)
    return (torch.rand(SHAPE, generator=generator) + 0.5).to(bench.device)


def _call(bench: Bench, layer: nn.Module, x: Tensor, times: int = 1) -> list[Tensor]:
    with seeded(bench.candidate.seed):
        return [layer(x) for _ in range(times)]


def _survivors(bench: Bench, x: Tensor) -> Finding:
    p = _p(bench)
    (y,) = _call(bench, _training(bench), x)
    if described(y) != described(x):
        return judged(False, of="y", found=described(y), wanted=described(x))
    survived = y != 0
    if not survived.any() and _bounds(bench)[1] == 1:  # there are none, or chance left none
        raise NotApplicable
    if not survived.any():
        return judged(False, of="y", found=Described(kind="nothing but zeros"), wanted=described(x))
    return compared("y", y[survived], x[survived] / (1 - p))


DROPOUT: dict[str, Callable[[Bench], Finding]] = {
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
