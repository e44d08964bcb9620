"""What a dropout call was told and by what it multiplied: as plain PyTorch does it."""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rollcall.core.call_recorder import Call
from rollcall.core.mask import drop_probability, read_mask, shows_mask, was_training
from rollcall.core.rng.random_state import seeded
from rollcall.core.rng.randomness import random_recorder

X = torch.arange(1.0, 13).reshape(3, 4)


class Runs(nn.Module):
    """Runs the given function as its forward."""

    def __init__(self, forward: Callable[[Tensor], Any], p: Any = 0.3) -> None:
        super().__init__()
        self.run, self.p = forward, p

    def forward(self, x: Tensor) -> Any:
        return self.run(x)


def calls_in(model: nn.Module, x: Tensor = X) -> list[Call]:
    recorder = random_recorder("", torch.device("cpu"))
    with seeded(0), recorder:
        model(x)
    return list(recorder.calls)


def call_of(target: Any, model: nn.Module, x: Tensor = X) -> Call:
    [call] = [each for each in calls_in(model, x) if each.target is target]
    return call


@pytest.mark.parametrize(
    ("function", "forward", "p", "training"),
    [
        (F.dropout, lambda x: F.dropout(x), 0.5, True),
        (F.dropout, lambda x: F.dropout(x, 0.2), 0.2, True),
        (F.dropout, lambda x: F.dropout(x, training=False, p=0.1), 0.1, False),
        (F.dropout, lambda x: F.dropout(input=x, p=0.1), 0.1, True),
        (F.dropout, lambda x: F.dropout(x, 0.1, False, False), 0.1, False),
        (F.dropout1d, lambda x: F.dropout1d(x), 0.5, True),
        (F.dropout2d, lambda x: F.dropout2d(x[None, None]), 0.5, True),
        (F.dropout3d, lambda x: F.dropout3d(x[None, None, None]), 0.5, True),
        (F.alpha_dropout, lambda x: F.alpha_dropout(x), 0.5, False),
        (F.feature_alpha_dropout, lambda x: F.feature_alpha_dropout(x, 0.2), 0.2, False),
    ],
)
def test_what_a_function_was_told_its_defaults_included(
    function: Any, forward: Callable[[Tensor], Tensor], p: float, training: bool
) -> None:
    call = call_of(function, Runs(forward))
    assert (drop_probability(call), was_training(call)) == (p, training)


def test_what_a_module_had_when_it_was_called() -> None:
    dropout = nn.Dropout(0.25)
    call = call_of(dropout, dropout)
    assert (drop_probability(call), was_training(call)) == (0.25, True)
    dropout.p = 0.75
    dropout.eval()
    assert (drop_probability(call), was_training(call)) == (0.25, True)
    again = call_of(dropout, dropout)
    assert (drop_probability(again), was_training(again)) == (0.75, False)


@pytest.mark.parametrize(("p", "told"), [(0.3, 0.3), (1, 1.0), (True, None), ("half", None)])
def test_only_a_number_is_a_probability(p: Any, told: float | None) -> None:
    model = Runs(lambda x: x * (torch.rand(3, 4) < 0.5), p)
    assert drop_probability(call_of(model, model)) == told


def test_a_function_that_is_no_dropout_has_no_probability_and_its_owners_mode() -> None:
    for mode in (True, False):
        model = Runs(lambda x: x * torch.bernoulli(torch.full((3, 4), 0.5))).train(mode)
        call = call_of(torch.bernoulli, model)
        assert drop_probability(call) is None
        assert was_training(call) is mode


def test_a_mask_is_what_the_input_was_multiplied_by() -> None:
    dropout = nn.Dropout(0.5)
    with seeded(0):
        answer = dropout(X)
    mask = read_mask(call_of(dropout, dropout))
    assert mask is not None
    assert torch.equal(X * mask, answer)
    assert set(mask.flatten().tolist()) == {0.0, 2.0}


@pytest.mark.parametrize(
    "forward",
    [
        lambda x: F.dropout(input=x, p=0.5),
        lambda x: F.dropout(x, 0.5),
        lambda x: F.dropout(x.clone(), 0.5, inplace=True),
    ],
)
def test_a_function_is_called_again_as_it_was_called(forward: Callable[[Tensor], Tensor]) -> None:
    with seeded(0):
        answer = forward(X)
    mask = read_mask(call_of(F.dropout, Runs(forward)))
    assert mask is not None
    assert torch.equal(X * mask, answer)


@pytest.mark.parametrize(
    ("forward", "readable"),
    [
        (lambda x: x * (torch.rand(3, 4) < 0.5), True),
        (lambda x: x * (torch.rand(3, 4) < 0.5) * 3, True),
        (lambda x: x * torch.zeros(3, 4) * torch.rand(1), True),  # all are dropped
        (lambda x: nn.Parameter(torch.zeros(3, 4)) * torch.rand(1), True),  # of x nothing is left
        (lambda x: (x * (torch.rand(3, 4) < 0.5)).detach(), True),
        (lambda x: x + torch.rand(3, 4), False),
        (lambda x: x * torch.rand(3, 4), False),  # not all are scaled alike
        (lambda x: x * (torch.rand(3, 4) < 0.5) + 1, False),
        (lambda x: x[:2] * torch.rand(1), False),  # another shape
        (lambda x: [x * torch.rand(1)], False),
    ],
)
def test_a_mask_drops_some_and_scales_all_others_alike(
    forward: Callable[[Tensor], Any], readable: bool
) -> None:
    model = Runs(forward)
    call = call_of(model, model)
    mask = read_mask(call)
    assert (mask is not None) is shows_mask(call) is readable
    if mask is not None:
        with seeded(0):
            assert torch.allclose(X * mask, forward(X))


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool])
def test_integers_have_a_mask_too(dtype: torch.dtype) -> None:
    model = Runs(lambda x: x * torch.empty_like(x).bernoulli_(0.5))
    x = X.to(dtype)
    mask = read_mask(call_of(model, model, x))
    assert mask is not None
    with seeded(0):
        assert torch.equal(x * mask, model(x).float())
    assert set(mask.flatten().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize(
    "dropout",
    [
        nn.Dropout(),
        nn.Dropout().eval(),
        nn.Dropout(1.0),
        nn.Dropout(inplace=True),
        nn.AlphaDropout(),
        nn.Dropout1d(),
    ],
)
@pytest.mark.parametrize("special", [1.0, math.nan, math.inf])
def test_a_dropout_of_pytorch_shows_a_mask_without_another_call(
    dropout: nn.Module, special: float
) -> None:
    x = X.clone()
    x[0, 0] = special
    call = call_of(dropout, dropout, x.clone())
    assert read_mask(call) is not None
    calls = 0

    def count(*_: Any) -> None:
        nonlocal calls
        calls += 1

    dropout.register_forward_hook(count)
    assert shows_mask(call)
    assert calls == 0


def test_a_subclass_of_a_dropout_may_show_none() -> None:
    class OnlyOnce(nn.Dropout):
        def forward(self, x: Tensor) -> Tensor:
            if calls:
                raise RuntimeError
            calls.append(1)
            return super().forward(x)

    calls: list[int] = []
    dropout = OnlyOnce()
    call = call_of(dropout, dropout)
    assert read_mask(call) is None
    assert not shows_mask(call)


@pytest.mark.parametrize("raises", [nn.Dropout(), F.dropout])
def test_a_dropout_that_raised_shows_no_mask(raises: Any) -> None:
    def forward(x: Tensor) -> Tensor:
        with suppress(RuntimeError):  # an integer cannot be scaled
            raises(x.long())
        return x

    call = call_of(raises, Runs(forward))
    assert not call.answered
    assert read_mask(call) is None
    assert not shows_mask(call)


def test_a_module_that_counts_its_calls_is_asked_again_as_it_was_and_left_as_it_is() -> None:
    class Counts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.calls = 0

        def forward(self, x: Tensor) -> Tensor:
            self.calls += 1
            return x * (torch.rand(3, 4) < 0.5) * self.calls

    model = Counts()
    calls_in(model)
    second = call_of(model, model)
    mask = read_mask(second)
    assert mask is not None
    assert set(mask.flatten().tolist()) == {0.0, 2.0}
    assert model.calls == 2


def test_what_a_module_made_in_its_first_call_is_away_when_that_is_made_again() -> None:
    class Remembers(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            scale = 3 if hasattr(self, "scale") else 2
            self.scale = scale
            return x * (torch.rand(3, 4) < 0.5) * scale

    model = Remembers()
    mask = read_mask(call_of(model, model))
    assert mask is not None
    assert set(mask.flatten().tolist()) == {0.0, 2.0}
    assert model.scale == 2
