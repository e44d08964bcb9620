"""The factor that theory gives a layer is the one by which plain torch multiplies."""

import math

import pytest
import torch
from torch import nn

from rollcall.experiments.init.deep_net import expected_factor

WIDTH = 512


def test_he_initialization_keeps_the_size_through_relu() -> None:
    assert expected_factor("relu", WIDTH, math.sqrt(2 / WIDTH)) == pytest.approx(1)
    assert expected_factor("identity", WIDTH, math.sqrt(1 / WIDTH)) == pytest.approx(1)


def test_other_activations_have_no_constant_factor() -> None:
    assert [expected_factor(each, WIDTH, 1.0) for each in ("tanh", "sigmoid", "gelu")] == [None] * 3


@pytest.mark.parametrize("weight_std", [0.01, 0.05])
def test_the_factor_is_measured_too(weight_std: float) -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2048, WIDTH, generator=generator)
    weights = [torch.randn(WIDTH, WIDTH, generator=generator) * weight_std for _ in range(2)]
    first = nn.functional.linear(x, weights[0])
    size = [float(nn.functional.linear(first.relu(), weights[1]).std()), float(first.std())]
    assert expected_factor("relu", WIDTH, weight_std) == pytest.approx(size[0] / size[1], rel=0.02)
    assert expected_factor("identity", WIDTH, weight_std) == pytest.approx(size[1], rel=0.02)
