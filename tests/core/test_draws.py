"""Work that takes turns draws what it would draw alone."""

import random

import numpy as np
import pytest
import torch

from rollcall.core.draws import Draws
from rollcall.core.seeding import seeded


def draw(device: str = "cpu") -> list[float]:
    return [torch.rand(1).item(), torch.rand(1, device=device).item(), float(np.random.rand()), random.random()]


def test_two_who_take_turns_draw_what_each_draws_alone() -> None:
    alone = Draws(3)
    with alone:
        expected = [draw() for _ in range(3)]
    left, right, drawn = Draws(3), Draws(3), []
    for _ in range(3):
        with left:
            drawn.append(draw())
        with right:
            assert draw() == drawn[-1]
        draw()  # others draw in between
    assert drawn == expected
    with Draws(4):
        assert draw()[0] != expected[0][0]


def test_they_are_the_draws_of_the_seed() -> None:
    with seeded(3):
        expected = torch.rand(1)
    with Draws(3):
        assert torch.rand(1) == expected
        assert np.random.rand() == np.random.RandomState(3).rand()


def test_generators_are_left_as_they_were() -> None:
    random.seed(1)
    np.random.seed(1)
    with seeded(1):
        expected = draw()
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        draws = Draws(5)
        with draws:
            draw()
        with pytest.raises(ValueError, match="in the middle"), draws:
            raise ValueError("in the middle")
        assert draw() == expected


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_too() -> None:
    left, right = Draws(3, "cuda:0"), Draws(3, "cuda:0")
    for _ in range(3):
        with left:
            drawn = draw("cuda:0")
        with right:
            assert draw("cuda:0") == drawn
