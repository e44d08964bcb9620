"""How far tensors are from their starts is what `max_abs_diff` says of each."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.tensors import distances
from rollcall.core.tensors.distances import Distances
from rollcall.core.tensors.tensor_compare import max_abs_diff

ODD_PAIRS = {
    "NaN": (torch.tensor([math.nan, 1.0]), torch.tensor([math.nan, 2.0])),
    "infinite": (torch.tensor([math.inf]), torch.tensor([math.inf])),
    "another shape": (torch.ones(2), torch.ones(3)),
    "a shape to broadcast": (torch.ones(2), torch.ones(1)),
    "another type": (torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)),
    "integers": (torch.tensor([3]), torch.tensor([5])),
    "empty": (torch.ones(0), torch.ones(0)),
    "sparse": (torch.eye(2).to_sparse(), torch.zeros(2, 2)),
    "complex": (torch.tensor([1j]), torch.tensor([-1j])),
    "meta": (torch.ones(2, device="meta"), torch.ones(2)),
}


@pytest.mark.parametrize("odd", ODD_PAIRS)
def test_each_distance_is_that_of_its_pair(odd: str) -> None:
    drawn = torch.randn(3, 2, 4, 5, generator=torch.Generator().manual_seed(0))
    values: list[Tensor] = [nn.Parameter(drawn[0, 0]), drawn[1, 0], drawn[2, 0]]
    starts = [drawn[0, 1], drawn[1, 1], drawn[2, 1]]
    one, other = ODD_PAIRS[odd]
    for some, others in (
        (values, starts),
        ([*values, one], [*starts, other]),
        ([one, *values], [other, *starts]),
        ([*values, other], [*starts, one]),
    ):
        known = Distances(others)
        expected = [max_abs_diff(*pair) for pair in zip(some, others, strict=True)]
        assert known.of(some) == expected
        assert known.of(others) == [max_abs_diff(each, each) for each in others]
        assert known.of(some) == expected
    assert Distances([]).of([]) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:1],  # which would be broadcast
        lambda data: data.double() / 3,
        lambda data: data.half() / 3,
        lambda data: data.int(),
        lambda data: data.t(),
        lambda data: data.t().contiguous().t() / 3,
        lambda data: torch.full_like(data, math.nan),
    ],
)
def test_numbers_may_take_the_place_of_others_in_one_tensor(
    change: Callable[[Tensor], Tensor],
) -> None:
    start = torch.arange(1.0, 7).reshape(2, 3)
    known, value = Distances([start, torch.ones(2)]), nn.Parameter(torch.zeros(2, 3))
    assert known.of([value, torch.ones(2)]) == [6.0, 0.0]
    value = nn.Parameter(change(start), requires_grad=False)
    assert known.of([value, torch.ones(2)]) == [max_abs_diff(value, start), 0.0]


def test_tensors_without_values_have_no_distance() -> None:
    meta = torch.ones(2, device="meta")
    assert Distances([meta, meta]).of([meta, meta]) == [None, None]


def test_plain_tensors_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(distances, "max_abs_diff")
    known = Distances([torch.zeros(2, 3), torch.full((4,), -2.0)])
    found = known.of([nn.Parameter(torch.ones(2, 3)), torch.zeros(4)])
    assert found == [1.0, 2.0]
    assert [type(each) for each in found] == [float, float]
