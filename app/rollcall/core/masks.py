"""Draw after draw from one seed: forwards that are really made, one after the other, and what a dropout did in each."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor, nn

from rollcall.core.draws import Draws
from rollcall.core.dropout_watch import DropoutWatch
from rollcall.core.dropouts import DropoutCall, independent_draws

MOST_RECENT = 8  # draws kept whole


class Tally(NamedTuple):
    """One draw in numbers."""

    dropped: int  # of the independent draws
    input: float  # mean, in float64
    output: float


@dataclass(frozen=True)
class Draw:
    """What one dropout call did, cell by cell."""

    calls: tuple[DropoutCall, ...]  # all of the forward
    shown: int  # which of them is looked at
    factor: Tensor
    tally: Tally
    draws: int  # how many independent ones it makes
    modules: tuple[str, ...]  # classes of the modules that the forward calls

    @property
    def call(self) -> DropoutCall:
        """The one that is looked at."""
        return self.calls[self.shown]


class NoDropout(Exception):
    """A forward in which no dropout was called; it names the modules that were."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        super().__init__("this forward calls no dropout")
        self.modules = modules


class Masks:
    """The forwards of one model after one seed. What was counted is kept, and the last draws whole.

    Args:
        model: in the mode and on the device in which it is called; this object has it for itself.
        example: what it is called with.
        seed: what the generators stand at before the first forward.
        number: which dropout call of a forward is looked at, from 0; past the last one: the last.
        filename: the lecture file that lines are of.
    """

    def __init__(self, model: nn.Module, example: Tensor, seed: int, number: int, filename: str) -> None:
        self.tallies: list[Tally] = []
        self._model = model
        self._example = example
        self._number = number
        self._filename = filename
        self._recent: OrderedDict[int, Draw] = OrderedDict()
        self._draws = Draws(seed, str(example.device))

    def holds(self, draw: int) -> bool:
        """Whether a draw, from 1, can still be shown: it is ahead, or among the last ones."""
        return draw > len(self.tallies) or draw in self._recent

    def at(self, draw: int) -> Draw:
        """Make the forwards up to `draw`, as far as they are not made yet.

        Raises:
            NoDropout: a forward called none.
            Exception: whatever forward raises.
        """
        while len(self.tallies) < draw:
            self._next()
        return self._recent[draw]

    def _next(self) -> None:
        watch = DropoutWatch(self._example.device, self._filename)
        with self._draws, watch:
            self._model(self._example.clone())
        drawn = _look(watch, self._number)
        self.tallies.append(drawn.tally)
        self._recent[len(self.tallies)] = drawn
        if len(self._recent) > MOST_RECENT:
            self._recent.popitem(last=False)


def _look(watch: DropoutWatch, number: int) -> Draw:
    calls = tuple(watch.calls)
    if not calls:
        raise NoDropout(tuple(watch.modules))
    shown = min(number, len(calls) - 1)
    call: Any = calls[shown]
    factor = call.factor()
    draws = independent_draws(call.target, tuple(call.input.shape))
    dropped = int((factor == 0).sum()) * draws // (factor.numel() or 1)
    tally = Tally(dropped, *(float(tensor.double().mean()) for tensor in (call.input, call.output)))
    return Draw(calls, shown, factor, tally, draws, tuple(watch.modules))
