"""Which numbers depend on the last sample of a batch, and which on the others."""

import pytest
import torch
from torch import Tensor

from rollcall.core.findings.reach import Reach, mixed_rows, reach, reaches

BATCH = torch.arange(12.0).view(4, 3)
LAST = torch.cat([BATCH[:3], BATCH[3:] + 1])
OTHERS = torch.cat([BATCH[:3] + 1, BATCH[3:]])


def reach_of(change: object) -> Reach:
    """That of what a function makes of a batch of four samples."""
    assert callable(change)
    found = reach(*(change(each) for each in (BATCH, LAST, OTHERS)))
    assert found
    return found


@pytest.mark.parametrize(
    ("change", "mixed", "dimensions"),
    [
        (lambda x: x * 2, False, [0]),
        (lambda x: x.T, False, [1]),
        (lambda x: x.flatten(), False, [0]),
        (lambda x: x.view(2, 6), False, []),
        (lambda x: x.sum(0), True, []),
        (lambda x: x.sum(1), False, [0]),
        (lambda x: x.sum(), True, []),
        (lambda x: x @ x.T, True, []),
        (lambda x: x[:, :0], False, [0, 1]),
    ],
)
def test_what_a_call_does_to_the_samples(
    change: object, mixed: bool, dimensions: list[int]
) -> None:
    found = reach_of(change)
    assert (found.is_mixed, found.dimensions) == (mixed, dimensions)


def test_nothing_is_known_of_other_shapes_and_of_what_is_not_strided() -> None:
    assert reach(BATCH, LAST, OTHERS[:3]) is None
    assert reach(BATCH.to_sparse(), LAST.to_sparse(), OTHERS.to_sparse()) is None
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)
    assert reach(nested, nested, nested) is None
    assert len(reaches([[BATCH], [LAST], [OTHERS]])) == 1


@pytest.mark.parametrize("rows", [lambda x: x.sum(1), lambda x: x, lambda x: x.sum()])
def test_rows_that_are_not_mixed_are_not_told(rows: object) -> None:
    assert callable(rows)
    assert mixed_rows(*(rows(each) for each in (BATCH, LAST, OTHERS))) is None


def test_a_mixed_row_is_told_by_how_far_it_moves() -> None:
    def pairs(x: Tensor) -> Tensor:
        return x.view(2, 6).sum(1)

    assert mixed_rows(pairs(BATCH), pairs(LAST), pairs(OTHERS)) == 3
