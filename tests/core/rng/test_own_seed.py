"""To draw from a generator is one thing, to seed it another."""

import random

import numpy as np
import pytest
import torch

from rollcall.core.rng.own_seed import numpy_state, only_drawn
from rollcall.core.rng.python_generator import PythonGenerator
from rollcall.core.rng.random_state import seeded, seeded_by_code


@pytest.mark.parametrize("n", [0, 1, 2, 623, 624, 625, 5_000, 100_000])
def test_who_only_draws_has_not_seeded(n: int) -> None:
    seeded_by_code.clear()
    with seeded(3):
        np.random.rand(n)
        for _ in range(n):
            random.random()
        torch.rand(n)
    assert seeded_by_code == set()


@pytest.mark.parametrize("n", [0, 1, 1_000])
@pytest.mark.parametrize(
    ("seed", "library"),
    [(torch.manual_seed, "PyTorch"), (np.random.seed, "numpy"), (random.seed, "Python")],
)
def test_who_seeds_is_told_by_the_library(seed: object, library: str, n: int) -> None:
    assert callable(seed)
    seeded_by_code.clear()
    with seeded(3):
        np.random.rand(n)
        seed(4)
        random.random()
        np.random.rand(n)
        torch.rand(n)
    assert seeded_by_code == {library}
    seeded_by_code.clear()


def test_the_words_of_both_libraries_are_the_same() -> None:
    generator = np.random.MT19937()
    state = random.getstate()
    generator.state = {
        "bit_generator": "MT19937",
        "state": {"key": np.array(state[1][:-1]), "pos": state[1][-1]},
    }
    words = PythonGenerator().state().words
    assert numpy_state(generator) == words
    assert only_drawn(words, numpy_state(generator))
    assert numpy_state(np.random.PCG64()) == b""
