"""A seed decides each draw in its block, none outside; whoever takes turns draws as if alone."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import torch

from rollcall.core.rng.numpy_generator import get_bit_generator
from rollcall.core.rng.random_state import (
    FOREIGN_GENERATORS,
    RandomState,
    RandomStream,
    seeded,
    torch_generators,
)

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
    (first, *_) = draws(2**40, DRAWS["numpy"])
    assert draws(2**40, DRAWS["numpy"])[0] == first
    with RandomStream(2**40):
        assert np.random.rand() == first


@pytest.mark.parametrize("available", [False, True])
def test_accelerators_are_seeded_where_there_are_some_and_never_copied(
    monkeypatch: pytest.MonkeyPatch, available: bool
) -> None:
    def refuse() -> int:
        raise AssertionError("asked for all GPUs, to copy the state of each")

    told: list[int] = []
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: available)
    monkeypatch.setattr(torch.cuda, "manual_seed_all", told.append)
    monkeypatch.setattr(torch.cuda, "device_count", refuse)
    expected = torch.Generator().manual_seed(3)
    with seeded(3):
        assert torch.rand(1) == torch.rand(1, generator=expected)
    assert told == [3] * available


# Streams


def one_of_each(device: str = "cpu") -> list[float]:
    return [
        torch.rand(1).item(),
        torch.rand(1, device=device).item(),
        float(np.random.rand()),
        random.random(),
    ]


def test_two_who_take_turns_draw_what_each_draws_alone() -> None:
    alone = RandomStream(3)
    with alone:
        expected = [one_of_each() for _ in range(3)]
    left, right, drawn = RandomStream(3), RandomStream(3), []
    for _ in range(3):
        with left:
            drawn.append(one_of_each())
        with right:
            assert one_of_each() == drawn[-1]
        one_of_each()  # others draw in between
    assert drawn == expected
    with RandomStream(4):
        assert one_of_each()[0] != expected[0][0]


def test_they_are_the_draws_of_the_seed() -> None:
    with seeded(3):
        expected = torch.rand(1)
    with RandomStream(3):
        assert torch.rand(1) == expected
        assert np.random.rand() == np.random.RandomState(3).rand()


def test_generators_are_left_as_they_were() -> None:
    random.seed(1)
    np.random.seed(1)
    with seeded(1):
        expected = one_of_each()
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        stream = RandomStream(5)
        with stream:
            one_of_each()
        with pytest.raises(ValueError, match="in the middle"), stream:
            raise ValueError("in the middle")
        assert one_of_each() == expected


def test_a_stream_that_is_over_leaves_its_numpy_generator_to_the_next() -> None:
    with seeded(1):
        outside = get_bit_generator()
    used: list[int] = []
    for seed in range(3):
        stream = RandomStream(seed)
        with stream:
            used.append(id(get_bit_generator()))
            drawn = np.random.normal(), np.random.normal(), np.random.normal()
        with seeded(seed):
            assert drawn == (np.random.normal(), np.random.normal(), np.random.normal())
        with RandomStream(seed + 1), stream:  # two at once share none
            assert id(get_bit_generator()) == used[-1]
        del stream
    assert len(set(used)) < len(used)
    assert get_bit_generator() is not outside


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_too() -> None:
    left, right = RandomStream(3, "cuda:0"), RandomStream(3, "cuda:0")
    for _ in range(3):
        with left:
            drawn = one_of_each("cuda:0")
        with right:
            assert one_of_each("cuda:0") == drawn


# States


class FakeDevice:
    """What torch keeps for one kind of device, with random numbers of its own."""

    def __init__(self, *named: torch.device) -> None:
        self.states = {named: torch.tensor([1, 2], dtype=torch.uint8)}

    def get_rng_state(self, *named: torch.device) -> torch.Tensor:
        return self.states[named]

    def set_rng_state(self, state: torch.Tensor, *named: torch.device) -> None:
        assert named in self.states
        self.states[named] = state


@pytest.mark.parametrize(
    ("device", "named"), [("cuda:1", (torch.device("cuda:1"),)), ("mps:0", ())]
)
def test_a_device_has_a_generator_of_its_own(
    monkeypatch: pytest.MonkeyPatch, device: str, named: tuple[torch.device, ...]
) -> None:
    """Its functions are told which device is meant, but on mps, where there is only one."""
    fake = FakeDevice(*named)
    monkeypatch.setattr(torch, "get_device_module", lambda _: fake)
    generators = torch_generators(torch.device(device))
    before = RandomState(generators)
    fake.states[named] = torch.tensor([3, 4], dtype=torch.uint8)
    assert before != RandomState(generators)
    before.put_back()
    assert before == RandomState(generators)
    assert fake.states[named].tolist() == [1, 2]


def test_states_are_equal_until_somebody_draws() -> None:
    generators = [*torch_generators(torch.device("cpu")), *FOREIGN_GENERATORS]
    for draw in DRAWS.values():
        with seeded(3):
            before = RandomState(generators)
            assert before == RandomState(generators)
            first = draw()
            assert before != RandomState(generators)
            with before.restored():
                assert draw() == first
            before.put_back()
            assert before == RandomState(generators)
            assert draw() == first
