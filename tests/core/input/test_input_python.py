"""The Python that draws an input draws one like it."""

import pytest
import torch

from rollcall.core.input.input_python import drawn_in_python
from rollcall.core.input.input_spec import draw
from rollcall.core.input.input_text import parse_input


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("4,10", "torch.randn(4, 10)"),
        ("float64:4", "torch.randn(4, dtype=torch.float64)"),
        ("float16:2,3", "torch.randn(2, 3, dtype=torch.float16)"),
        ("complex64:3,1", "torch.randn(3, 1, dtype=torch.complex64)"),
        ("int:2:1", "torch.randint(1, (2,))"),
        ("int32:2,1:1", "torch.randint(1, (2, 1), dtype=torch.int32)"),
        ("uint8:2:1", "torch.randint(1, (2,), dtype=torch.uint8)"),
        ("int:0,3:9", "torch.randint(1, (0, 3))"),
    ],
)
def test_what_is_written_draws_one_like_it(asked: str, written: str) -> None:
    given = draw(parse_input(asked), seed=0).only
    assert given is not None
    assert drawn_in_python(given) == written
    drawn = eval(written, {"torch": torch})
    assert (drawn.shape, drawn.dtype) == (given.shape, given.dtype)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (torch.tensor([True, False]), "torch.randint(2, (2,), dtype=torch.bool)"),
        (torch.tensor([-3, -1]), "torch.randint(-3, 0, (2,))"),
    ],
)
def test_masks_and_negative_numbers_are_drawn_as_such(given: torch.Tensor, written: str) -> None:
    assert drawn_in_python(given) == written
    drawn = eval(written, {"torch": torch})
    assert (drawn.shape, drawn.dtype) == (given.shape, given.dtype)
