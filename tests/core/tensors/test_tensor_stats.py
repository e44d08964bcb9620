"""The facts of a tensor are what plain torch says of it."""

import math

import pytest
import torch

from rollcall.core.tensors.tensor_stats import BINS, facts, norms


def test_what_is_not_finite_is_counted_and_left_out_of_the_histogram() -> None:
    values = torch.tensor([[math.nan, math.inf, -math.inf, 0.0], [0.0, -2.0, 1.0, 4.0]])
    found = facts("[0]", values)
    assert (found.name, found.shape, found.dtype) == ("[0]", (2, 4), "float32")
    assert (found.not_finite, found.zeros, found.max_abs) == (3, 0.25, 4.0)
    assert math.isnan(found.mean)
    expected = torch.histc(torch.tensor([0.0, 0.0, -2.0, 1.0, 4.0]), BINS, -4, 4)
    assert found.histogram == tuple(expected.int().tolist())


def test_mean_and_deviation_are_those_of_torch() -> None:
    values = torch.arange(6.0).reshape(2, 3)
    found = facts("", values)
    assert found.mean == pytest.approx(values.mean().item())
    assert found.std == pytest.approx(values.std().item())
    assert found.not_finite == 0
    assert math.isnan(facts("", values[0, :1]).std)
    assert facts("", torch.tensor([2.0, 4.0])).std == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.empty(2, 3, device="meta"),
        torch.ones(2, dtype=torch.complex64),
        torch.eye(2).to_sparse(),
        torch.empty(0),
    ],
)
def test_a_tensor_without_numbers_to_show_has_an_empty_histogram(tensor: torch.Tensor) -> None:
    found = facts("", tensor)
    assert found.shape == tuple(tensor.shape)
    assert (found.histogram, found.max_abs, found.not_finite) == ((), 0.0, 0)
    assert math.isnan(found.mean)


def test_nothing_but_zeros_is_one_bar_in_the_middle() -> None:
    found = facts("", torch.zeros(5))
    assert found.histogram == (0,) * (BINS // 2) + (5,) + (0,) * (BINS // 2)
    assert found.zeros == 1


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.complex64]
)
def test_norms_are_those_of_torch_one_by_one(dtype: torch.dtype) -> None:
    first = torch.linspace(-3, 5, 12, dtype=torch.float32).reshape(3, 4)
    odd = torch.tensor([[math.nan, 1e-30], [math.inf, 1e30]])
    tensors = [first, first.t(), first[:, ::2], odd[1:], odd[:, 1], first[:0], first.to(dtype)]
    expected = [float(tensor.norm()) for tensor in tensors]
    assert norms(tensors) == expected
    of_odd, of_first = norms([odd, first])
    assert of_odd is not None
    assert math.isnan(of_odd)
    assert of_first == expected[0]
    assert norms([first.to_sparse(), first]) == [expected[0]] * 2
    assert norms([]) == []
    assert norms([None, first, None]) == [None, expected[0], None]


@pytest.mark.parametrize("odd", [[], [math.nan], [math.inf], [-math.inf, math.nan]])
def test_the_finite_elements_are_those_that_isfinite_names(odd: list[float]) -> None:
    values = torch.tensor([0.0, -0.0, -7.5, 1e-40, 3.0, 3.0, *odd])
    found = facts("", values)
    finite = values[values.isfinite()].double()
    assert found.not_finite == len(odd)
    assert found.max_abs == 7.5
    assert found.histogram == tuple(torch.histc(finite, BINS, -7.5, 7.5).int().tolist())
    assert found.zeros == float((values == 0).double().mean())


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_where_nothing_is_finite_there_is_no_histogram(value: float) -> None:
    found = facts("", torch.full((2, 3), value))
    assert (found.histogram, found.max_abs, found.not_finite, found.zeros) == ((), 0.0, 6, 0)
