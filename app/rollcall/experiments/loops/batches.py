"""What a training loop is given beside its model: `for x, y in batches`."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rollcall.core.input.model_input import ModelInput
from rollcall.experiments.subject import ModelFactory
from rollcall.experiments.teacher_task import drawn

N_BATCHES = 8  # in one pass
N_HELD_OUT = 2
EXAMPLES = 4  # inputs in one batch

Pair = tuple[Any, Any]  # an input, and what a fixed random network answers to it


class Batches:
    """Pairs of an input and a goal, as often as a loop goes over them.

    Args:
        pairs: of one pass.
        begin: is told of each pair before the loop gets it.
        end: is told when a pass is over.
        held_out: further pairs, which are for a look only.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        begin: Callable[[Pair], object],
        end: Callable[[], object],
        held_out: "Batches | None" = None,
    ) -> None:
        self._pairs = pairs
        self._begin = begin
        self._end = end
        if held_out is not None:
            self.held_out = held_out

    def __iter__(self) -> Iterator[Pair]:
        for pair in self._pairs:
            self._begin(pair)
            yield pair
        self._end()

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, place: int) -> Pair:
        pair = self._pairs[place]
        self._begin(pair)
        return pair


def pairs_for(factory: ModelFactory, device: str) -> tuple[list[Pair], list[Pair]]:
    """The pairs to train on, and those that are held out.

    Raises:
        ModelRaised: from whatever the model raises on its example.
    """

    def pair(place: int) -> Pair:
        task = drawn(
            factory.build,
            factory.example,
            factory.seed,
            first=place * EXAMPLES,
            number=EXAMPLES,
        ).to(device)
        return _given(task.input), _alone(task.targets)

    places = range(N_BATCHES + N_HELD_OUT)
    pairs = [pair(place) for place in places]
    return pairs[:N_BATCHES], pairs[N_BATCHES:]


def _given(given: ModelInput) -> Any:
    """The tensor where the model takes one; else all that it takes, in order."""
    if given.kwargs:
        return (*given.args, *given.kwargs.values())
    return _alone(given.args)


def _alone(values: tuple[Any, ...]) -> Any:
    if len(values) == 1:
        return values[0]
    return values
