"""Python's state is read from memory, and no draw goes unseen."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rollcall.core.rng import python_generator
from rollcall.core.rng.python_generator import PythonGenerator, PythonState
from rollcall.core.rng.random_state import seeded

DRAWS: dict[str, Callable[[], Any]] = {
    "random": random.random,
    "gauss": lambda: random.gauss(0, 1),
    "shuffle": lambda: random.shuffle([1, 2, 3, 4]),
    "randbytes": lambda: random.randbytes(3),
    "a block": lambda: random.randbytes(4 * 624),  # the position is then what it was
}


@pytest.fixture(params=["memory", "getstate()"])
def generator(request: pytest.FixtureRequest) -> Iterator[PythonGenerator]:
    """Once as CPython has it, once as on a Python that keeps its words elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "getstate()":
            patch.setattr(python_generator, "_address_of_memory", lambda generator: None)
        made = PythonGenerator()
    before = random.getstate()
    random.seed(3)
    yield made
    random.setstate(before)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_each_draw_moves_it(generator: PythonGenerator, draw: Callable[[], Any]) -> None:
    states = [generator.state()]
    for _ in range(4):
        draw()
        states.append(generator.state())
        assert generator.state() == states[-1]
    assert len(set(states)) == 5


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_it_is_put_back(generator: PythonGenerator, draw: Callable[[], Any]) -> None:
    draw()
    start, told = generator.state(), random.getstate()
    first = [draw(), random.random(), random.gauss(0, 1)]
    generator.set_state(start)
    assert random.getstate() == told
    assert [draw(), random.random(), random.gauss(0, 1)] == first


def test_the_memory_says_what_python_says(monkeypatch: pytest.MonkeyPatch) -> None:
    by_memory = PythonGenerator()
    monkeypatch.setattr(python_generator, "_address_of_memory", lambda generator: None)
    as_told = PythonGenerator()
    with seeded(3):
        for draw in DRAWS.values():
            draw()
            assert by_memory.state() == as_told.state()


def test_a_state_of_another_length_is_none() -> None:
    state = PythonGenerator().state()
    assert PythonState.of_words(state.words, None) == state._replace(kept_normal=None)
    for words in (b"", state.words[:-1], state.words + b"0"):
        with pytest.raises(ValueError, match="no state"):
            PythonState.of_words(words, None)


def test_memory_that_is_laid_out_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    address = python_generator._address_of_memory
    assert address(random.Random(3)) is not None
    monkeypatch.setattr(random.Random, "getstate", lambda self: (3, (0,) * 625, None))
    assert address(random.Random(3)) is None
    monkeypatch.undo()
    monkeypatch.setattr(python_generator, "MEMORY_BYTES", 1 << 20)
    assert address(random.Random(3)) is None
