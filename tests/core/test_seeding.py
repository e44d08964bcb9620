"""A seed decides every draw within its block, and none outside of it."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import torch

from rollcall.core.seeding import seeded

DRAWS: dict[str, Callable[[], float]] = {
    "torch": lambda: float(torch.rand(())),
    "random": random.random,
    "random.gauss": lambda: random.gauss(0, 1),
    "numpy": lambda: float(np.random.rand()),
    "numpy.normal": lambda: float(np.random.normal()),
}
each_draw = pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)


def draws(seed: int, draw: Callable[[], float]) -> list[float]:
    with seeded(seed):
        return [draw() for _ in range(3)]


@each_draw
def test_a_seed_decides(draw: Callable[[], float]) -> None:
    assert draws(3, draw) == draws(3, draw)
    assert draws(3, draw) != draws(4, draw)


def test_the_draws_are_those_of_the_plain_generators() -> None:
    torch.manual_seed(5)
    random.seed(5)
    np.random.seed(5)
    plain = [draw() for draw in DRAWS.values()]
    with seeded(5):
        assert [draw() for draw in DRAWS.values()] == plain


@each_draw
@pytest.mark.parametrize("leave", ["at its end", "by an exception"])
def test_the_generators_go_on_where_they_were(draw: Callable[[], float], leave: str) -> None:
    def interrupted() -> list[float]:
        drawn = [draw(), draw()]  # two: the normal ones come in pairs
        try:
            with seeded(1):
                draw()
                if leave == "by an exception":
                    raise RuntimeError
        except RuntimeError:
            pass
        return [*drawn, draw(), draw()]

    with seeded(7):
        expected = [draw() for _ in range(4)]
    with seeded(7):
        assert interrupted() == expected


def test_blocks_can_be_nested() -> None:
    with seeded(1):
        first = np.random.rand()
        with seeded(2), seeded(3):
            inner = np.random.rand()
        second = np.random.rand()
    with seeded(1):
        assert (first, second) == (np.random.rand(), np.random.rand())
    with seeded(3):
        assert inner == np.random.rand()


def test_no_seed_is_too_large() -> None:
    assert draws(2**40, DRAWS["numpy"]) == draws(2**40, DRAWS["numpy"])
