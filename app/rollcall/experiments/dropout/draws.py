"""Draw after draw from one seed: forwards that are really made, and what a dropout did in each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn

from rollcall.core.call_recorder import Call
from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import n_trials, read_mask
from rollcall.core.repeatable import Repeatable
from rollcall.core.rng.random_state import RandomStream
from rollcall.core.rng.randomness import RandomSource, SourceKey, random_recorder, random_sources
from rollcall.core.rng.stream_state import StreamState


class Tally(NamedTuple):
    """One draw in numbers."""

    dropped: int  # of the trials
    input: float  # mean, in float64
    output: float


@dataclass(frozen=True)
class Mask:
    """What one dropout call did, number by number."""

    input: Tensor
    factor: Tensor
    output: Tensor
    n_trials: int  # how many independent draws it makes
    tally: Tally


@dataclass(frozen=True)
class Draw:
    """What one source of randomness did in one forward."""

    sources: tuple[RandomSource, ...]  # all of the forward
    shown: int  # which of them is looked at
    mask: Mask | None  # None: none can be read off its answer

    @property
    def source(self) -> RandomSource:
        """The one that is looked at."""
        return self.sources[self.shown]

    @property
    def tally(self) -> Tally | None:
        """What its mask counts."""
        if self.mask is None:
            return None
        return self.mask.tally


class NothingRandom(Exception):
    """A forward in which nothing drew and no dropout was called; it names the modules that were."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        super().__init__("this forward draws no random number")
        self.modules = modules


class Draws:
    """The forwards of one model after one seed, one by one.

    Args:
        model: in the mode and on the device in which it is called; this object has it for itself.
        example: what it is called with.
        seed: what the generators stand at before the first forward.
        number: which source of a forward is looked at, from 0; past the last one: the last.
        filename: the lecture file that lines are of.
        known: sources in another mode, which are told of too.
    """

    def __init__(
        self,
        model: nn.Module,
        example: ModelInput,
        seed: int,
        number: int,
        filename: str,
        known: Collection[SourceKey] = (),
    ) -> None:
        self.example = example
        self.first_calls: list[Call] = []  # of the first forward, once that was made
        self.model = model
        self._number = number
        self._filename = filename
        self._known = known
        self._stream = RandomStream(seed, str(example.device))

    @property
    def random_state(self) -> StreamState | None:
        """Where its random numbers stand; None where that cannot be told."""
        return self._stream.state

    def go_on_from(self, state: StreamState) -> None:
        """Draw on from there. Raises as `RandomStream.go_on_from` does."""
        self._stream.go_on_from(state)

    def next(self) -> Draw:
        """Make one forward. Other work may be done before the next.

        Raises:
            NothingRandom: it drew nothing.
            ModelRaised: from whatever forward raises.
        """
        recorder = random_recorder(self._filename, self.example.device)
        with self._stream:
            with recorder:
                self.example.clone().call(self.model)
            self.first_calls = self.first_calls or recorder.calls
            # To read a mask puts generators back, which is free where they stand there already.
            return self._draw_of(recorder.calls)

    def _draw_of(self, calls: list[Call]) -> Draw:
        sources = tuple(random_sources(calls, self.model, self._known))
        if not sources:
            raise NothingRandom(_modules_in(calls))
        shown = min(self._number, len(sources) - 1)
        return Draw(sources, shown, _mask_of(sources[shown]))


def _modules_in(calls: list[Call]) -> tuple[str, ...]:
    """Classes of all modules that were called inside the model, in order."""
    inside = [call.target for call in calls if call.depth > 0]
    return tuple(type(each).__name__ for each in inside if isinstance(each, nn.Module))


def _mask_of(source: RandomSource) -> Mask | None:
    noted: Repeatable | None = source.call.repeatable
    factor = read_mask(source.call)
    if noted is None or noted.input is None or noted.output is None or factor is None:
        return None
    trials = n_trials(source.call.target, tuple(noted.input.shape))
    dropped = int((factor == 0).sum()) * trials // (factor.numel() or 1)
    tally = Tally(dropped, _mean(noted.input), _mean(noted.output))
    return Mask(noted.input, factor, noted.output, trials, tally)


def _mean(tensor: Tensor) -> float:
    return float(tensor.double().mean())
