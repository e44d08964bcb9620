"""Two tensors are the same, or so far apart: whatever they hold and however they are stored."""

import math
import warnings
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from rollcall.core.simulated_gpu import simulated_gpu
from rollcall.core.tensors.tensor_compare import (
    all_max_abs_diff,
    all_same,
    max_abs_diff,
    same,
)

NAN, INF = math.nan, math.inf
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
INTEGERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint64)
SPARSE = (torch.sparse_coo, torch.sparse_csr, torch.sparse_csc)


def quantized(values: list[float]) -> Tensor:
    return torch.quantize_per_tensor(torch.tensor(values), 0.5, 0, torch.qint8)


def nested(*rows: list[float], layout: Any = torch.strided) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.nested.nested_tensor([torch.tensor(row) for row in rows], layout=layout)


def stored(values: list[list[float]], layout: torch.layout) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.tensor(values).to_sparse(layout=layout)


def of_2_by_2(values: list[list[float]]) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.tensor(values).to_sparse_bsr((2, 2))


FLOAT_CASES = [
    ([1.0, NAN], [1.0, NAN], 0.0),
    ([1.0, NAN], [NAN, 1.0], INF),
    ([NAN, 2.0], [NAN, 1.0], 1.0),
    ([INF, -INF], [INF, -INF], 0.0),
    ([INF, 1.0], [-INF, 1.0], INF),
    ([INF, 3.0], [INF, 1.0], 2.0),
    ([0.0], [-0.0], 0.0),
    ([1.0, 2.0], [1.5, 4.0], 2.0),
    ([], [], 0.0),
]


@pytest.mark.parametrize(("one", "other", "apart"), FLOAT_CASES)
@pytest.mark.parametrize("dtype", FLOATS)
def test_floats(one: list[float], other: list[float], apart: float, dtype: torch.dtype) -> None:
    a, b = torch.tensor(one, dtype=dtype), torch.tensor(other, dtype=dtype)
    assert max_abs_diff(a, b) == max_abs_diff(b, a) == apart
    assert same(a, b) is same(b, a) is (apart == 0)


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_last_bit_counts(dtype: torch.dtype) -> None:
    one = torch.ones(3, dtype=dtype)
    least = torch.tensor([1.0, 1.0, 1.0 + torch.finfo(dtype).eps], dtype=dtype)
    assert not same(one, least)
    assert max_abs_diff(one, least) == torch.finfo(dtype).eps
    smallest = torch.tensor([torch.finfo(dtype).smallest_normal], dtype=dtype)
    assert not same(smallest, torch.zeros_like(smallest))
    assert max_abs_diff(smallest, -smallest) == 2 * torch.finfo(dtype).smallest_normal


def test_a_difference_too_large_for_its_type_is_told_all_the_same() -> None:
    large = torch.tensor([60000.0], dtype=torch.float16)
    assert max_abs_diff(large, -large) == 2 * large.item()


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_are_exact(dtype: torch.dtype) -> None:
    limits = torch.iinfo(dtype)
    most, least = torch.tensor([limits.max], dtype=dtype), torch.tensor([limits.min], dtype=dtype)
    before = torch.tensor([limits.max - 1], dtype=dtype)
    assert same(most, most.clone())
    assert not same(most, before)
    assert max_abs_diff(most, before) == max_abs_diff(before, most) == 1
    assert max_abs_diff(most, least) == max_abs_diff(least, most) == float(limits.max - limits.min)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int32])
def test_integers_of_two_types_are_exact(dtype: torch.dtype) -> None:
    large = torch.tensor([2**53 + 1])  # which float64 does not know
    one = torch.ones(1, dtype=dtype)
    assert max_abs_diff(large, one) == max_abs_diff(one, large) == 2**53


@given(st.lists(st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 2), min_size=1))
def test_the_gap_of_integers_is_pythons(pairs: list[tuple[int, int]]) -> None:
    one, other = (torch.tensor(each) for each in zip(*pairs, strict=True))
    assert max_abs_diff(one, other) == float(max(abs(a - b) for a, b in pairs))


@given(st.lists(st.tuples(*[st.floats(width=32)] * 2), min_size=1))
def test_same_is_0_apart_and_what_torch_compares_exactly(pairs: list[tuple[float, float]]) -> None:
    one, other = (torch.tensor(each) for each in zip(*pairs, strict=True))
    exactly = torch.allclose(one, other, rtol=0, atol=0, equal_nan=True)
    assert same(one, other) is exactly is (max_abs_diff(one, other) == 0)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ([True, False], [True, False], 0.0),
        ([True, False], [True, True], 1.0),
        ([1 + 2j, 3j], [1 + 2j, 3j], 0.0),
        ([1 + 2j], [4 + 6j], 5.0),
        ([complex(NAN, 1)], [complex(NAN, 1)], 0.0),
        ([complex(NAN, 1)], [complex(NAN, 2)], 1.0),
        ([complex(NAN, 1)], [complex(1, NAN)], INF),
        ([complex(INF, 0)], [complex(INF, 0)], 0.0),
    ],
)
def test_booleans_and_complex_numbers(one: list[Any], other: list[Any], apart: float) -> None:
    a, b = torch.tensor(one), torch.tensor(other)
    assert (max_abs_diff(a, b), same(a, b)) == (apart, apart == 0)


def test_a_conjugate_is_read_as_what_it_stands_for() -> None:
    one = torch.tensor([1 + 2j])
    assert same(one.conj(), torch.tensor([1 - 2j]))
    assert not same(one.conj(), one)


def test_small_types() -> None:
    eight = torch.tensor([1.0, NAN]).to(torch.float8_e4m3fn)
    assert same(eight, eight.clone())
    assert not same(eight, torch.tensor([1.125, NAN]).to(torch.float8_e4m3fn))


@pytest.mark.parametrize("layout", [*SPARSE, "bsr"])
def test_what_is_sparse_is_compared_by_its_numbers(layout: Any) -> None:
    make = of_2_by_2 if layout == "bsr" else lambda values: stored(values, layout)
    one = make([[0.0, 1.0], [NAN, 0.0]])
    assert same(one, make([[0.0, 1.0], [NAN, 0.0]]))
    assert max_abs_diff(one, make([[0.0, 1.0], [NAN, 3.0]])) == 3
    assert max_abs_diff(one, make([[2.0, 1.0], [NAN, 0.0]])) == 2
    assert max_abs_diff(one, make([[0.0, 1.0], [0.0, 0.0]])) == INF
    assert max_abs_diff(one, one.to_dense()) == 0
    assert not same(one, one.to_dense())
    assert same(make([[0.0, 0.0], [0.0, 0.0]]), make([[0.0, 0.0], [0.0, 0.0]]))


def test_a_sparse_tensor_is_never_made_dense() -> None:
    side = 2**30
    places = torch.tensor([[1, 1, side - 1], [2, 2, 0]])
    one, other = (
        torch.sparse_coo_tensor(places, values, (side, side), check_invariants=True)
        for values in ([1.0, 2.0, 5.0], [3.0, 0.0, 5.5])
    )
    assert max_abs_diff(one, other) == 0.5
    assert same(one, one.clone())


def test_rows_of_a_sparse_tensor_may_be_dense() -> None:
    places = torch.tensor([[0, 2]])
    one, other = (
        torch.sparse_coo_tensor(places, rows, (3, 2), check_invariants=True)
        for rows in ([[1.0, 2.0]] * 2, [[1.0, 4.0]] * 2)
    )
    assert (same(one, one.clone()), max_abs_diff(one, other)) == (True, 2)


@pytest.mark.filterwarnings("ignore:.*quantized tensor creation:UserWarning")
def test_what_is_quantized_is_compared_by_its_numbers() -> None:
    assert same(quantized([1.0, 2.0]), quantized([1.0, 2.0]))
    assert (
        same(quantized([1.0]), quantized([2.0])),
        max_abs_diff(quantized([1.0]), quantized([2.0])),
    ) == (False, 1)


@pytest.mark.parametrize("layout", [torch.strided, torch.jagged])
def test_what_is_nested_is_compared_part_by_part(layout: torch.layout) -> None:
    one = nested([1.0], [NAN, 2.0], layout=layout)
    assert same(one, nested([1.0], [NAN, 2.0], layout=layout))
    assert max_abs_diff(one, nested([1.0], [NAN, 4.0], layout=layout)) == 2
    assert max_abs_diff(one, nested([1.0], [2.0], layout=layout)) is None
    assert max_abs_diff(one, nested([1.0], layout=layout)) is None
    assert max_abs_diff(one, torch.ones(2, 2)) is None


def test_shape_dtype_and_layout_are_part_of_it() -> None:
    ones = torch.ones(2)
    assert not same(ones, torch.ones(3))
    assert not same(ones, torch.ones(2, 1))
    assert not same(ones, ones.double())
    assert not same(ones, None)
    assert not same("x", "x")
    assert max_abs_diff(ones, torch.ones(3)) is None
    assert max_abs_diff(ones, ones.double() + 1) == 1
    assert max_abs_diff(
        torch.tensor([2**63], dtype=torch.uint64), torch.tensor([-1])
    ) == pytest.approx(2**63)
    assert not same(torch.ones(0, 2), torch.ones(2, 0))
    assert same(torch.ones(2, 3).T, torch.ones(3, 2))


def test_where_nothing_is_known_nothing_is_claimed() -> None:
    lazy = nn.LazyLinear(2).weight
    meta = torch.ones(2, device="meta")
    with simulated_gpu():
        fake = torch.ones(2, device="cuda:0")
    for unknown in (lazy, meta, fake):
        assert not same(unknown, unknown)
        assert not same(unknown, torch.ones(2))
        assert max_abs_diff(unknown, unknown) is None
        assert max_abs_diff(torch.ones(2), unknown) is None


def test_tensors_that_ask_for_a_gradient_are_read_without_one() -> None:
    weight = nn.Parameter(torch.ones(2))
    assert same(weight, torch.ones(2))
    assert max_abs_diff(weight * 3, weight) == 2


def test_rows_of_tensors() -> None:
    one, two = torch.tensor([1.0]), torch.tensor([2.0])
    assert all_same([one, two], [one, two])
    assert not all_same([one, two], [one, one])
    assert not all_same([one], [one, two])
    assert all_same([], [])
    assert all_max_abs_diff([one, two], [one, one]) == 1
    assert all_max_abs_diff([one, two], [one, torch.ones(2)]) is None
    assert all_max_abs_diff([one], [one, two]) is None
    assert all_max_abs_diff([], []) == 0


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_device_does_not_matter() -> None:
    for values in ([1.0, NAN], [1, 2], [1j]):
        here = torch.tensor(values)
        assert same(here, here.cuda())
        assert same(here.cuda(), here.cuda())


def test_a_real_number_is_compared_with_a_complex_one() -> None:
    for pair in ((torch.ones(1), torch.tensor([1 + 2j])), (torch.tensor([1 + 2j]), torch.ones(1))):
        assert max_abs_diff(*pair) == 2.0
