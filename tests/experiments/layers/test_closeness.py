"""Two tensors are close where torch.testing.assert_close says so."""

from math import inf, nan
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from rollcall.experiments.layer_checks.closeness import EXACT, TOLERANCES, Closeness, closeness

SPECIAL = st.sampled_from([0.0, -0.0, 1.0, nan, inf, -inf, 1e-5, 1.00000123])
VALUES = SPECIAL | st.floats(-1e30, 1e30)
NUDGES = st.sampled_from([0.0, 0.9e-5, 1.1e-5, 1.2e-6, 1.4e-6, 0.9e-7, 1.1e-7, 1e-3, 1.0])


def accepted(mine: Tensor, theirs: Tensor, **options: Any) -> bool:
    try:
        torch.testing.assert_close(mine, theirs, equal_nan=True, **options)
    except AssertionError:
        return False
    return True


def known(mine: Tensor, theirs: Tensor, **options: Any) -> Closeness:
    found = closeness(mine, theirs, **options)
    assert found
    return found


@settings(deadline=None)
@given(
    st.lists(st.tuples(VALUES, NUDGES | VALUES, st.booleans()), min_size=1, max_size=6),
    st.sampled_from([*TOLERANCES]),
)
def test_the_verdict_is_that_of_torch(
    drawn: list[tuple[float, float, bool]], dtype: torch.dtype
) -> None:
    theirs = torch.tensor([value for value, _, _ in drawn], dtype=dtype)
    nudges = [value * (1 + by) if scaled else value + by for value, by, scaled in drawn]
    mine = torch.tensor(nudges, dtype=dtype)
    assert known(mine, theirs).within == accepted(mine, theirs)
    assert known(mine, theirs, tolerance=EXACT).within == accepted(mine, theirs, rtol=0, atol=0)


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_the_tolerances_are_the_defaults_of_torch(dtype: torch.dtype) -> None:
    """Just inside and just outside of each, where the type can tell the two apart."""
    rtol, atol = TOLERANCES[dtype]
    zero = torch.zeros((), dtype=dtype)
    for factor, close in ((0.9, True), (1.1, False)):
        assert accepted(zero + atol * factor, zero) is close
        large = torch.tensor(1000.0, dtype=torch.float64).to(dtype)
        off = (large.double() * (1 + rtol * factor)).to(dtype)
        assert accepted(off, large) == ((off.double() - large.double()).abs() <= atol + rtol * 1000)


def test_the_worst_element_is_told() -> None:
    mine = torch.tensor([[1.0, 2.0], [3.0, 4.5]])
    theirs = torch.tensor([[1.0, 2.0], [3.0001, 4.0]])
    found = known(mine, theirs)
    assert (found.within, found.place, found.actual, found.expected) == (False, (1, 1), 4.5, 4.0)
    assert found.apart == 0.5
    assert found.allowed == pytest.approx(1e-5 + 1.3e-6 * 4)


def test_the_first_nan_is_told_before_any_number() -> None:
    found = known(torch.tensor([9.0, nan, nan]), torch.zeros(3))
    assert found.place == (1,)
    assert found.apart != found.apart


def test_what_is_tiny_is_told_apart_relatively() -> None:
    theirs = torch.linspace(-1e-4, 1e-4, 5)
    mine = theirs * 1.001
    assert known(mine, theirs).within
    assert not known(mine, theirs, relative=True).within
    assert known(theirs, theirs, relative=True).unit == pytest.approx(1e-4)


def test_what_is_huge_may_be_off_by_a_share_of_the_largest() -> None:
    theirs = torch.tensor([1e6, 1.0])
    mine = theirs + 0.5
    assert not known(mine, theirs).within
    assert known(mine, theirs, relative=True).within


def test_nothing_is_neither_close_nor_apart() -> None:
    assert closeness(torch.empty(0, 3), torch.empty(0, 3)) is None
    assert known(torch.tensor(2.0), torch.tensor(2.0)).place == ()
