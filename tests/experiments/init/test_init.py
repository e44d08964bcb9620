"""What goes through a deep net is what plain torch measures, as the literature says."""

import math
from typing import get_args

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from lectures.course import COURSE
from rollcall.core.query import InvalidParameter
from rollcall.experiments.init.column import InitColumn, Signal
from rollcall.experiments.init.deep_net import (
    ACTIVATIONS,
    BATCH,
    INITS,
    Activation,
    Init,
    pass_through,
)
from rollcall.experiments.init.experiment import EXPLODED, VANISHED, InitQuery, InitReport, init


def column(chosen: Init, **parameters: object) -> InitColumn:
    query = InitQuery.model_validate({"init_left": chosen, **parameters})
    return init(query, COURSE).left


def by_hand(depth: int, width: int, seed: int) -> tuple[list[float], list[float]]:
    """The default net under PyTorch's own default, as a student would measure it."""
    torch.manual_seed(seed)
    x, gradient = torch.randn(BATCH, width, requires_grad=True), torch.randn(BATCH, width)
    layers = [nn.Linear(width, width, bias=False) for _ in range(depth)]
    for layer in layers:
        nn.init.kaiming_uniform_(layer.weight, a=5**0.5)
    outputs = [x]
    for layer in layers:
        outputs.append(torch.relu(layer(outputs[-1])))
        outputs[-1].retain_grad()
    (outputs[-1] * gradient).sum().backward()  # type: ignore[no-untyped-call]
    gradients = [output.grad for output in outputs]
    return [float(t.detach().std()) for t in outputs], [
        float(g.std()) for g in gradients if g is not None
    ]


@pytest.mark.parametrize(("depth", "width", "seed"), [(2, 4, 0), (20, 64, 1), (7, 33, 5)])
def test_it_measures_what_plain_torch_measures(depth: int, width: int, seed: int) -> None:
    forward, backward = by_hand(depth, width, seed)
    found = column("kaiming_uniform_a5", depth=depth, width=width, seed=seed)
    assert found.forward.std == pytest.approx(forward, rel=1e-5)
    assert found.backward.std == pytest.approx(backward, rel=1e-5)
    assert len(found.forward.std) == len(found.backward.std) == depth + 1


def test_a_of_root_five_draws_what_a_linear_layer_draws_by_default() -> None:
    weight = pass_through("kaiming_uniform_a5", "relu", depth=20, width=64, seed=0).weight
    bound = 1 / math.sqrt(64)
    assert weight.abs().max() <= bound
    assert weight.abs().max() > 0.999 * bound
    assert float(weight.std()) == pytest.approx(bound / math.sqrt(3), rel=0.01)
    default = torch.stack([nn.Linear(64, 64).weight.detach() for _ in range(20)])
    assert float(default.abs().max()) <= bound
    assert float(default.std()) == pytest.approx(float(weight.std()), rel=0.02)


def test_kaiming_keeps_the_second_moment_under_relu() -> None:
    passage = pass_through("kaiming_normal", "relu", depth=10, width=256, seed=0)
    moments = [float(x.square().mean()) for x in passage.activations]
    assert all(0.6 < moment < 1.6 for moment in moments)
    assert all(0.6 < float(g.square().mean()) < 1.6 for g in passage.gradients)


@pytest.mark.parametrize("activation", ["tanh", "identity"])
def test_xavier_keeps_tanh_and_a_linear_stack_healthy(activation: Activation) -> None:
    found = column("xavier_uniform", activation=activation)
    assert (found.forward.outcome, found.backward.outcome, found.outcome) == ("healthy",) * 3


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize(
    "chosen", ["kaiming_uniform_a5", "kaiming_normal", "xavier_uniform", "randn", "small_normal"]
)
def test_theory_says_the_factor_of_a_layer(chosen: Init, activation: Activation) -> None:
    found = column(chosen, activation=activation, width=256, depth=8)
    assert found.expected is not None
    assert found.forward.factor == pytest.approx(found.expected, rel=0.1)
    assert found.backward.factor == pytest.approx(found.expected, rel=0.1)


def test_nothing_is_expected_where_no_constant_says_it() -> None:
    assert column("randn", activation="tanh").expected is None


def test_the_default_vanishes_where_the_right_one_does_not() -> None:
    report = init(InitQuery(), COURSE)
    assert (report.left.outcome, report.right.outcome) == ("vanished", "healthy")
    at = report.left.forward.at
    assert at is not None
    assert report.left.forward.std[at] < VANISHED <= report.left.forward.std[at - 1]
    back = report.left.backward.at
    assert back is not None
    assert report.left.backward.std[back] < VANISHED <= report.left.backward.std[back + 1]


def test_saturated_tanh_hides_gradients_that_explode() -> None:
    found = column("randn", activation="tanh")
    assert found.forward.outcome == "healthy"
    assert (found.backward.outcome, found.outcome) == ("exploded", "exploded")
    assert (
        found.pictures[-1].facts.histogram[0] + found.pictures[-1].facts.histogram[-1]
        > 0.8 * BATCH * 64
    )


def test_what_overflows_is_no_number_from_there_on() -> None:
    found = column("randn", activation="identity", depth=50, width=256)
    at = found.forward.overflow
    assert at is not None
    assert found.forward.outcome == "exploded"
    assert all(map(math.isfinite, found.forward.std[:at]))
    assert all(map(math.isnan, found.forward.std[at:]))
    assert found.forward.std[at - 1] > EXPLODED
    assert found.forward.factor is None
    assert any(picture.facts.not_finite for picture in found.pictures)


def test_zeros_pass_nothing_on() -> None:
    found = column("zeros", depth=5)
    assert found.forward.std[1:] == (0,) * 5
    assert found.backward.std[:5] == (0,) * 5
    assert (found.forward.at, found.backward.at) == (1, 4)
    assert (found.forward.factor, found.expected) == (None, 0)


@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("chosen", get_args(Init))
def test_every_combination_answers(chosen: Init, activation: Activation) -> None:
    for depth, width in ((2, 4), (50, 16)):
        query = InitQuery(init_left=chosen, activation=activation, depth=depth, width=width)
        report = init(query, COURSE)
        for signal in (report.left.forward, report.left.backward):
            assert_told_right(signal)
        pictures = [picture.layer for picture in report.left.pictures]
        assert pictures == sorted(set(pictures))
        assert (pictures[0], pictures[-1]) == (1, depth)
        again = InitReport.model_validate_json(report.model_dump_json())
        assert again.model_dump_json() == report.model_dump_json()


def assert_told_right(signal: Signal) -> None:
    outside = [k for k, std in enumerate(signal.std) if not VANISHED <= std <= EXPLODED]
    assert (signal.at is None) == (outside == []) == (signal.outcome == "healthy")
    if signal.at is not None:
        assert signal.at in (
            outside[0],
            outside[-1],
        )  # the first that is met on one of the two ways
        assert (signal.outcome == "vanished") == (signal.std[signal.at] < VANISHED)


def test_every_name_has_its_python() -> None:
    assert set(INITS) == set(get_args(Init))
    assert set(ACTIVATIONS) == set(get_args(Activation))


def test_the_line_that_is_shown_is_the_line_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(INITS, "zeros", "nn.init.constant_(w, 2.0)")
    assert float(pass_through("zeros", "identity", depth=2, width=4, seed=0).weight.min()) == 2


def test_both_sides_get_the_same_input_and_equal_inits_answer_alike() -> None:
    report = init(InitQuery(init_left="randn", init_right="zeros", seed=9), COURSE)
    assert report.left.forward.std[0] == report.right.forward.std[0]
    assert report.left.backward.std[-1] == report.right.backward.std[-1]
    alike = init(InitQuery(init_left="randn", init_right="randn"), COURSE)
    assert alike.left == alike.right
    assert init(InitQuery(seed=1), COURSE).left != init(InitQuery(seed=2), COURSE).left


def test_swapping_exchanges_the_inits_and_the_choice_of_models_travels_along() -> None:
    query = InitQuery(left="parameters.BadLayer", init_left="zeros", init_right="randn")
    assert (query.swapped.init_left, query.swapped.init_right, query.swapped.left) == (
        "randn",
        "zeros",
        query.left,
    )
    with pytest.raises(InvalidParameter):
        init(InitQuery(left="containers.Nobody"), COURSE)
    with pytest.raises(InvalidParameter):
        init(InitQuery(device="cuda:99"), COURSE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"depth": 1},
        {"depth": 51},
        {"width": 3},
        {"width": 257},
        {"init_left": "ones"},
        {"activation": "elu"},
    ],
)
def test_bounds(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        InitQuery.model_validate(wrong)
