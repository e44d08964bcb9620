"""numpy's state is copied only where it moved, and no draw goes unseen."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rollcall.core.rng.numpy_generator import (
    NumpyGenerator,
    _memory_of,
    get_bit_generator,
    set_bit_generator,
)
from rollcall.core.rng.random_state import seeded

DRAWS: dict[str, Callable[[], Any]] = {
    "rand": np.random.rand,
    "randint": lambda: np.random.randint(7),
    "randn": np.random.randn,
    "choice": lambda: np.random.choice(5),
    "permutation": lambda: np.random.permutation(5),
    "a block": lambda: np.random.bytes(4 * 624),  # the position is then what it was
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_each_draw_moves_it(draw: Callable[[], Any]) -> None:
    generator = NumpyGenerator()
    with seeded(3):
        states = [generator.state()]
        for _ in range(4):
            draw()
            states.append(generator.state())
            assert generator.state() == states[-1]
    assert len(set(states)) == 5


def test_it_is_put_back_to_between_two_normal_numbers() -> None:
    generator = NumpyGenerator()
    with seeded(3):
        start = generator.state()
        first = np.random.randn()
        between = generator.state()
        second = np.random.randn()
        after = generator.state()
        generator.set_state(between)
        assert generator.state() == between
        assert np.random.randn() == second
        assert generator.state() == after
        generator.set_state(start)
        assert [np.random.randn(), np.random.randn()] == [first, second]


def test_a_state_that_did_not_move_is_copied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[None] = []
    get_state = np.random.get_state

    def counted(**options: Any) -> Any:
        copies.append(None)
        return get_state(**options)

    monkeypatch.setattr(np.random, "get_state", counted)
    generator = NumpyGenerator()
    with seeded(3):
        for _ in range(5):
            generator.state()
        assert len(copies) == 1
        np.random.seed(4)
        generator.note_seeding()
        generator.state()
        assert len(copies) == 1  # just seeded: there is nothing outside its memory
        np.random.seed(3)
        generator.state()
        assert len(copies) == 2
        np.random.rand()
        for _ in range(5):
            generator.state()
        assert len(copies) == 3


def test_a_state_that_did_not_move_is_not_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[None] = []
    set_state = np.random.set_state

    def counted(state: Any) -> None:
        copies.append(None)
        set_state(state)

    monkeypatch.setattr(np.random, "set_state", counted)
    generator = NumpyGenerator()
    with seeded(3):
        start = generator.state()
        generator.set_state(start)
        assert not copies
        first = np.random.rand()
        generator.set_state(start)
        assert np.random.rand() == first
        generator.set_state(start)  # nobody looked since then
        assert np.random.rand() == first
        assert len(copies) == 2


def test_its_memory_is_laid_out_as_numpy_says() -> None:
    with seeded(3):
        np.random.rand()
        state: Any = np.random.get_state(legacy=False)
        memory = np.frombuffer(_memory_of(get_bit_generator()), np.uint32)
    assert list(memory[:-1]) == list(state["state"]["key"])
    assert memory[-1] == state["state"]["pos"]


def test_another_kind_of_generator_is_asked_each_time() -> None:
    generator = NumpyGenerator()
    before = get_bit_generator()
    set_bit_generator(np.random.PCG64(1))
    try:
        first = generator.state()
        drawn = np.random.rand()
        assert generator.state() != first
        generator.set_state(first)
        assert np.random.rand() == drawn
    finally:
        set_bit_generator(before)
