"""Calls stand beside those of their name, and among two of one name beside that of their shape."""

import pytest
import torch

from rollcall.core.tensors.tensor_stats import facts
from rollcall.experiments.forward.alignment import align
from rollcall.experiments.forward.call_log import Step


def step(name: str, *shape: int, path: str = "", depth: int = 1) -> Step:
    return Step(
        kind="function",
        path=path,
        name=name,
        detail="",
        status="registered",
        appeared=False,
        depth=depth,
        line=None,
        inputs=(),
        outputs=(facts("", torch.zeros(shape)),),
        returned="Tensor",
    )


@pytest.mark.parametrize(
    ("left", "right", "rows"),
    [
        ([(4, 5)], [(4, 20), (4, 5)], ((None, 0), (0, 1))),
        ([(4, 5)], [(4, 5), (4, 20)], ((0, 0), (None, 1))),
        ([(4, 20), (4, 5)], [(4, 5)], ((0, None), (1, 0))),
        ([(1,), (2,), (3,)], [(2,)], ((0, None), (1, 0), (2, None))),
    ],
)
def test_shapes_decide_between_calls_of_one_name(
    left: list[tuple[int, ...]],
    right: list[tuple[int, ...]],
    rows: tuple[tuple[int | None, int | None], ...],
) -> None:
    assert (
        align([step("relu", *shape) for shape in left], [step("relu", *shape) for shape in right])
        == rows
    )


def test_a_name_weighs_more_than_a_shape() -> None:
    left, right = [step("relu", 4, 5)], [step("F.dropout", 4, 5), step("F.relu", 4, 20)]
    assert align(left, right) == ((None, 0), (0, 1))
