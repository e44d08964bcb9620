"""The random generators of the process: they are seeded, compared and put back here."""

import random
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
import torch

from rollcall.core.rng.numpy_generator import NumpyGenerator, get_bit_generator, set_bit_generator
from rollcall.core.rng.own_seed import numpy_state, only_drawn
from rollcall.core.rng.python_generator import PythonGenerator, PythonState
from rollcall.core.rng.stream_state import StreamState, put_into

NUMPY = NumpyGenerator()
PYTHON = PythonGenerator()


class Generator(NamedTuple):
    """One generator. Two of its states are equal if it will draw the same numbers from both."""

    state: Callable[[], Any]
    set_state: Callable[[Any], object]


def torch_generators(device: torch.device) -> list[Generator]:
    """The generators of torch from which a model on `device` draws."""
    return [_comparable(generator) for generator in _uncomparable(device)]


def _comparable(generator: Generator) -> Generator:
    def set_state(state: bytes) -> None:
        generator.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))

    return Generator(lambda: generator.state().numpy().tobytes(), set_state)


def _uncomparable(device: torch.device) -> list[Generator]:
    """The same with tensors as states, as torch has them: to make bytes takes twice as long."""
    cpu = torch.default_generator
    set_state: Callable[[Any], Any] = cpu.set_state  # it returns itself
    generators = [Generator(cpu.get_state, set_state)]
    if device.type != "cpu":
        module = torch.get_device_module(device)
        named: tuple[torch.device, ...] = (device,)
        if device.type == "mps":  # there is only one, and its functions take no device
            named = ()
        generators.append(
            Generator(
                lambda: module.get_rng_state(*named),
                lambda state: module.set_rng_state(state, *named),
            )
        )
    return generators


FOREIGN_GENERATORS = (
    Generator(PYTHON.state, PYTHON.set_state),
    Generator(NUMPY.state, NUMPY.set_state),
)


class RandomState:
    """Where some generators stand now.

    Taken in the middle of a forward, so that one call of it can be made again.

    Args:
        generators: which.
        states: of each, as they were seen a moment ago; None: as they are now.
    """

    def __init__(
        self, generators: Sequence[Generator], states: Sequence[Any] | None = None
    ) -> None:
        self._generators = generators
        if states is None:
            states = [generator.state() for generator in generators]
        self._states = states

    @property
    def states(self) -> Sequence[Any]:
        """In the order of the generators."""
        return self._states

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RandomState) and self._states == other._states

    __hash__ = None  # type: ignore[assignment]  # nobody looks one up

    def __add__(self, other: "RandomState") -> "RandomState":
        """Where the generators of both stand."""
        generators = (*self._generators, *other._generators)
        return RandomState(generators, [*self._states, *other._states])

    def put_back(self) -> None:
        """Let each generator draw on from where it stood."""
        for generator, state in zip(self._generators, self._states, strict=True):
            generator.set_state(state)

    def exchanged(self) -> "RandomState":
        """Put back, and return where each generator stood until then."""
        until_now = RandomState(self._generators)
        self.put_back()
        return until_now

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Draw from here on inside the block, and put everything back afterwards.

        Never enter this from two threads at once.
        """
        before = self.exchanged()
        try:
            yield
        finally:
            before.put_back()


# Whose random numbers the code inside a `seeded` block has seeded itself. Whoever runs code and
# wants to tell of it empties this before.
seeded_by_code: set[str] = set()


class seeded:  # it is called like a function; every build and every forward enters it
    """Draw from `seed` inside the block, and put the generators back afterwards.

    Torch's on the CPU, numpy's and Python's. They are global to the process: never enter this from
    two threads at once.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __enter__(self) -> None:
        self._torch_before = torch.default_generator.get_state()
        self._python_before = PYTHON.state()
        random.seed(self._seed)
        self._python_start = PYTHON.state()
        # Exchanged: to copy numpy's state out and in again costs twenty times as much.
        self._numpy_before = get_bit_generator()
        self._numpy = _spare_bit_generator()
        set_bit_generator(self._numpy)
        np.random.seed(self._seed % 2**32)  # it takes no larger one
        NUMPY.note_seeding()
        self._numpy_start = numpy_state(self._numpy)
        if torch.accelerator.is_available():
            torch.manual_seed(self._seed)
        else:
            # The same draws. manual_seed() notes a stack trace for every accelerator not there.
            torch.default_generator.manual_seed(self._seed)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if torch.default_generator.initial_seed() != self._seed:
            seeded_by_code.add("PyTorch")
        if not only_drawn(self._numpy_start, numpy_state(self._numpy)):
            seeded_by_code.add("numpy")
        start, now = self._python_start, PYTHON.state()
        if now != start and not only_drawn(start.words, now.words):
            seeded_by_code.add("Python")
        set_bit_generator(self._numpy_before)
        _spare.append(self._numpy)
        PYTHON.set_state(self._python_before)
        torch.default_generator.set_state(self._torch_before)


_spare: list[np.random.BitGenerator] = []


def _spare_bit_generator() -> np.random.BitGenerator:
    """One that nobody draws from: to make a new one takes longer than to build a small model."""
    if _spare:
        return _spare.pop()
    return np.random.MT19937()


class RandomStream:
    """The random numbers of one seed, in pieces that other work may come between.

    Each block draws on where the last one left off, and leaves the generators as they were. So two
    trainings whose steps take turns draw what each would draw alone. Never for two threads at once.
    """

    def __init__(self, seed: int, device: str = "cpu") -> None:
        self._numpy = _spare_bit_generator()
        weakref.finalize(self, _spare.append, self._numpy)
        python, _ = FOREIGN_GENERATORS
        self._generators = [*_uncomparable(torch.device(device)), python]
        with seeded(seed):
            outer = RandomState(self._generators)  # of other devices, which seeded() leaves alone
            set_bit_generator(self._numpy)
            np.random.seed(seed % 2**32)
            NUMPY.note_seeding()
            self._inner = RandomState(self._generators)
            outer.put_back()

    @property
    def state(self) -> StreamState | None:
        """Where it stands between two blocks; None where numpy draws in a way of its own."""
        numpy = numpy_state(self._numpy)
        if not numpy:
            return None
        *of_torch, python = self._inner.states
        torch_bytes = tuple(each.numpy().tobytes() for each in of_torch)
        return StreamState(torch_bytes, python.words, python.kept_normal, numpy)

    def go_on_from(self, state: StreamState) -> None:
        """Draw on from where another stream of the same device stood.

        Raises:
            ValueError: that is no such state.
        """
        of_torch = [torch.frombuffer(bytearray(each), dtype=torch.uint8) for each in state.torch]
        python = PythonState.of_words(state.python, state.python_normal)
        self._inner = RandomState(self._generators, [*of_torch, python])
        put_into(self._numpy, state.numpy)

    def __enter__(self) -> None:
        self._outer_numpy = get_bit_generator()
        set_bit_generator(self._numpy)
        self._outer = self._inner.exchanged()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._numpy = get_bit_generator()
        set_bit_generator(self._outer_numpy)
        self._inner = self._outer.exchanged()
