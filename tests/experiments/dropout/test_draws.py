"""What counts as a dropout, how often it draws, and by what it multiplied."""

from itertools import product
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from rollcall.core.binomial import counted, deviation, probability
from rollcall.core.call_recorder import Call
from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import drop_probability, n_trials, read_mask, was_training
from rollcall.core.rng.randomness import random_recorder, random_sources
from rollcall.experiments.dropout.draws import Draws, NothingRandom
from rollcall.experiments.dropout.grid import grid_of, in_pictures, laid_out

FRACTIONS = st.integers(0, 100).map(lambda percent: percent / 100)


def recorded(model: Any, x: Tensor) -> list[Call]:
    recorder = random_recorder(__file__, torch.device("cpu"))
    with recorder:
        model(x)
    return [source.call for source in random_sources(recorder.calls, model)]


def mask(call: Call) -> Tensor:
    factor = read_mask(call)
    assert factor is not None
    return factor


class Own(nn.Module):
    """Runs the given function as its forward."""

    def __init__(self, forward: Any, **parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleDict(parts)
        self.run = forward

    def forward(self, x: Tensor) -> Any:
        return self.run(self, x)


class OwnDropout(Own):
    pass


class WarmingDropout(nn.Module):
    """It scales more at every call."""

    def __init__(self) -> None:
        super().__init__()
        self.p = 1.0

    def forward(self, x: Tensor) -> Tensor:
        self.p += 1
        return x * (torch.rand_like(x) > 0.5) * self.p


class CountingDropout(nn.Module):
    """Its second answer is another one, for it counts where nobody looks."""

    calls: ClassVar[list[int]] = []

    def forward(self, x: Tensor) -> Tensor:
        self.calls.append(1)
        return x * (torch.rand_like(x) > 0.5) * len(self.calls)


MODULES = [
    nn.Dropout,
    nn.Dropout1d,
    nn.Dropout2d,
    nn.Dropout3d,
    nn.AlphaDropout,
    nn.FeatureAlphaDropout,
]
FUNCTIONS = [
    F.dropout,
    F.dropout1d,
    F.dropout2d,
    F.dropout3d,
    F.alpha_dropout,
    F.feature_alpha_dropout,
]
SHAPES = [(3, 8), (3, 8, 5), (2, 6, 4, 5), (2, 6, 3, 4, 5)]
TAKES: list[tuple[int, ...]] = [(2, 3, 4, 5), (2, 3), (4,), (5,), (2, 3, 4, 5), (2, 3, 4, 5)]
CASES = [
    (target, shape)
    for kinds in (MODULES, FUNCTIONS)
    for (target, dimensions), shape in product(zip(kinds, TAKES, strict=True), SHAPES)
    if len(shape) in dimensions
]


@pytest.mark.parametrize(
    ("target", "shape"), CASES, ids=lambda each: getattr(each, "__name__", str(each))
)
def test_every_dropout_of_pytorch_is_seen_and_its_draws_are_counted(
    target: Any, shape: tuple[int, ...]
) -> None:
    torch.manual_seed(0)
    module = isinstance(target, type)
    model = target(0.5) if module else Own(lambda _, x: target(x, 0.5, training=True))
    (call,) = recorded(model, torch.ones(shape))
    assert (drop_probability(call), was_training(call)) == (0.5, True)
    draws = n_trials(call.target, shape)
    factor = mask(call)
    assert set(factor.flatten().tolist()) <= {0.0, *(factor[factor != 0].tolist())}
    size = factor.numel() // draws
    groups = [set(group) for group in factor.reshape(draws, size).tolist()]
    assert all(len(group) == 1 for group in groups)
    assert len({next(iter(group)) for group in groups}) == 2  # so they are not one channel more


def test_which_call_of_several_is_a_dropout() -> None:
    x = torch.randn(4, 6)
    net = Own(
        lambda self, x: F.dropout(self.parts["b"](self.parts["a"](x)), 0.1),
        a=nn.Dropout(0.2),
        b=nn.ReLU(),
    )
    assert [drop_probability(call) for call in recorded(net, x)] == [0.2, 0.1]
    assert [call.owner for call in recorded(net, x)] == [net.parts["a"], net]
    wrapper = OwnDropout(lambda self, x: self.parts["inner"](x), inner=nn.Dropout(0.3))
    assert [call.target for call in recorded(wrapper, x)] == [wrapper.parts["inner"]]
    assert recorded(nn.Sequential(nn.Linear(6, 6), nn.ReLU()), x) == []
    assert (
        recorded(OwnDropout(lambda self, x: x, layer=nn.Linear(6, 6)), x) == []
    )  # a dropout in name alone


def test_what_comes_before_and_after_changes_nothing() -> None:
    """In place before, in place after, in place itself, given by name: the mask is the same."""
    x = torch.rand(6, 9) + 1
    layers = {
        "plain": lambda _, x: F.dropout(x, 0.5),
        "in place": lambda _, x: F.dropout(x, 0.5, inplace=True),
        "then in place": lambda _, x: F.dropout(x, 0.5).mul_(7),
        "by name": lambda self, x: self.parts["drop"](input=x),
        "module in place": lambda self, x: self.parts["hasty"](x),
        "no gradients": torch.no_grad()(lambda _, x: F.dropout(x, 0.5)),
    }
    factors = []
    for forward in layers.values():
        torch.manual_seed(5)
        net = Own(forward, drop=nn.Dropout(0.5), hasty=nn.Dropout(0.5, inplace=True))
        (call,) = recorded(net, x.clone())
        assert call.repeatable
        assert torch.equal(call.repeatable.input, x)  # type: ignore[arg-type]
        factors.append(mask(call))
    assert all(torch.equal(factor, factors[0]) for factor in factors)
    assert set(factors[0].flatten().tolist()) == {0.0, 2.0}


def test_an_own_dropout_without_a_gradient_has_a_mask() -> None:
    hidden = OwnDropout(torch.no_grad()(lambda _, x: x * (torch.rand_like(x) > 0.5)))
    (call,) = recorded(hidden, torch.full((4, 5), 3.0))
    assert drop_probability(call) is None
    assert call.repeatable
    assert torch.equal(mask(call), (call.repeatable.output != 0).float())  # type: ignore[union-attr]
    (call,) = recorded(OwnDropout(lambda _, x: torch.zeros_like(x) * torch.rand(1)), torch.ones(3))
    assert mask(call).tolist() == [0, 0, 0]


def test_a_dropout_that_cannot_be_repeated_has_no_mask() -> None:
    draw = Draws(CountingDropout(), ModelInput.of(torch.ones(2, 2)), 0, 0, "").next()
    assert draw.mask is None
    assert draw.source.drew


def test_a_dropout_that_counts_its_calls_is_called_as_often_as_there_are_draws() -> None:
    forwards = Draws(WarmingDropout(), ModelInput.of(torch.ones(8, 8)), 0, 0, "")
    draws = [forwards.next() for _ in range(3)]
    ps = [drop_probability(draw.source.call) for draw in draws]
    assert ps == [1.0, 2.0, 3.0]  # before the call, as constructors leave it
    masked = [draw.mask for draw in draws]
    assert [each.factor.unique().tolist() for each in masked if each] == [[0, 2], [0, 3], [0, 4]]  # type: ignore[no-untyped-call]


def test_a_forward_without_randomness_names_what_was_called() -> None:
    with pytest.raises(NothingRandom) as caught:
        Draws(
            nn.Sequential(nn.Linear(3, 3), nn.ReLU()), ModelInput.of(torch.ones(2, 3)), 0, 0, ""
        ).next()
    assert caught.value.modules == ("Linear", "ReLU")


def test_drawing_leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    forwards = Draws(nn.Dropout(), ModelInput.of(torch.ones(4, 4)), 3, 0, "")
    for _ in range(4):
        forwards.next()
    assert torch.equal(torch.get_rng_state(), before)


# Grids


@settings(deadline=None)  # torch takes its time when it is first called
@given(st.integers(1, 32), st.integers(1, 64), st.sampled_from([2, 3, 4]))
def test_pictures_laid_out_are_the_grid_again(rows: int, columns: int, dimensions: int) -> None:
    grid = torch.arange(rows * columns).reshape(rows, columns)
    pictures = in_pictures(grid, dimensions)
    assert pictures.dim() == dimensions
    assert torch.equal(laid_out(pictures, rows, columns), grid)


@pytest.mark.parametrize(
    "shape", [(), (7,), (100,), (4, 20), (64, 128), (2, 3, 4), (2, 7, 5, 50), (0, 4), (3, 0)]
)
def test_any_tensor_is_laid_out_within_bounds(shape: tuple[int, ...]) -> None:
    tensor = torch.rand(shape)
    grid = laid_out(tensor, 32, 64)
    assert grid.shape[0] <= 32
    assert grid.shape[1] <= 64
    assert set(grid.flatten().tolist()) <= set(tensor.flatten().tolist())
    if tensor.dim() == 2:
        assert torch.equal(grid, tensor[:32, :64])


def test_what_grids_hold() -> None:
    assert grid_of("ones", 2, 3, 0).tolist() == [[1, 1, 1]] * 2
    tenths = grid_of("random", 32, 64, 0)
    assert torch.equal(tenths, grid_of("random", 32, 64, 0))
    assert not torch.equal(tenths, grid_of("random", 32, 64, 1))
    assert torch.equal(tenths, (tenths * 10).round() / 10)
    # Five standard deviations of the mean and of the standard deviation of 2,048 numbers.
    assert abs(float(tenths.mean())) < 5 / 2048**0.5
    assert abs(float(tenths.std()) - 1) < 5 / (2 * 2048) ** 0.5
    picture = grid_of("picture", 32, 64, 0)
    assert picture.min() >= 0
    assert picture.max() == 1
    assert len(set(picture.flatten().tolist())) > 10
    odd = grid_of("extreme", 3, 4, 0)
    assert [bool(test(odd).any()) for test in (torch.isnan, torch.isposinf, torch.isneginf)] == [
        True
    ] * 3
    assert grid_of("extreme", 1, 1, 0).isnan().all()


# The binomial


@settings(deadline=None)
@given(st.integers(0, 300), FRACTIONS)
def test_probabilities_are_those_of_torch(n: int, p: float) -> None:
    ours = torch.tensor([probability(k, n, p) for k in range(n + 1)], dtype=torch.float64)
    assert float(ours.sum()) == pytest.approx(1)
    if 0 < p < 1:
        theirs = torch.distributions.Binomial(n, torch.tensor(p, dtype=torch.float64))
        outcomes: Any = torch.arange(n + 1, dtype=torch.float64)
        expected: Tensor = theirs.log_prob(outcomes).exp()  # type: ignore[no-untyped-call]
        torch.testing.assert_close(ours, expected, rtol=1e-6, atol=1e-9)
        assert deviation(n, p) * n == pytest.approx(float(theirs.stddev))


@settings(deadline=None)
@given(st.lists(st.integers(0, 200), max_size=50), FRACTIONS)
def test_every_outcome_is_counted_once(outcomes: list[int], p: float) -> None:
    counts = counted(outcomes, 200, p)
    assert sum(counts.seen) == len(outcomes)
    assert len(counts.seen) == len(counts.expected) <= 25
    for bar, seen in enumerate(counts.seen):
        low = counts.start + bar * counts.width
        assert seen == sum(low <= outcome < low + counts.width for outcome in outcomes)
    assert sum(counts.expected) == pytest.approx(len(outcomes), rel=1e-3)


class NaiveDropout(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand(x.shape) > 0.5)


def test_the_masks_of_draws_copy_no_state_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[str] = []
    for name in ("get_state", "set_state"):
        monkeypatch.setattr(np.random, name, lambda *_, name=name, **__: copies.append(name))
    forwards = Draws(NaiveDropout(), ModelInput.of(torch.ones(4, 4)), 3, 0, "")
    for _ in range(3):
        assert forwards.next().mask
    assert not copies
