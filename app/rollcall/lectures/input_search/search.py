"""The search for an input with which a forward runs: tries, each of which tells what comes next."""

import ast
import heapq
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from torch import nn
from torch.nn.parameter import is_lazy

from rollcall.core.input.input_spec import INT, GroupSpec, TensorSpec
from rollcall.core.pytorch_names import of_pytorch
from rollcall.core.walk.object_walk import walk
from rollcall.lectures.input_search.attempt import Attempt, attempt
from rollcall.lectures.input_search.repairs import repairs, usual
from rollcall.lectures.input_search.resizing import Resizing, rounded
from rollcall.lectures.input_search.signature import calls_of
from rollcall.lectures.input_search.wants import BATCH, TIME, WIDTH, of_module, wants

MOST_TRIES = 24
LONGEST = 10.0  # seconds after which no further try begins
# What to try where nothing is known: rows, pictures, sequences, tokens, signals, single numbers.
COMMON = (
    TensorSpec((BATCH, WIDTH)),
    TensorSpec((BATCH, 3, 32, 32)),
    TensorSpec((BATCH, TIME, WIDTH)),
    TensorSpec((BATCH, TIME), INT, high=WIDTH),
    TensorSpec((BATCH, 1, 28, 28)),
    TensorSpec((BATCH,)),
)


@dataclass(frozen=True)
class Try:
    """An input that was tried, and what it raised."""

    call: GroupSpec
    error: BaseException
    layer: str  # whose call raised; "" where none did


@dataclass(frozen=True)
class FoundCall:
    """An input that was found, and how."""

    call: GroupSpec
    layer: str = ""  # the first that was given it, and that tells what it must be
    tries: tuple[Try, ...] = ()  # before it
    error: BaseException | None = None  # raised with the best one where none was found


def find_call(build: Callable[[], nn.Module], filename: str) -> FoundCall:
    """Find an input with which the forward of a fresh model runs.

    Args:
        build: makes a fresh model, always with the same weights.
        filename: the lecture file.

    Raises:
        Exception: what the constructor raises.
    """
    return _Search(build, filename).result()


@dataclass
class _Search:
    build: Callable[[], nn.Module]
    filename: str
    _waiting: list[tuple[int, int, int, GroupSpec]] = field(default_factory=list)
    _known: set[GroupSpec] = field(default_factory=set)
    _tries: list[Try] = field(default_factory=list)
    _resizing: Resizing = field(default_factory=Resizing)

    def result(self) -> FoundCall:
        guesses = list(first_guesses(self.build()))
        ends = time.monotonic() + LONGEST
        best = made = attempt(self.build, guesses[0], self.filename)
        self._known.add(made.call)
        while made.error is not None:
            self._note(made)
            best = max(best, made, key=lambda each: each.answered)
            self._add(repairs(made, self._resizing), made.answered)
            if len(self._tries) == 1:
                self._add(guesses[1:], answered=-1)  # where repairs lead nowhere
            if self._is_over(made) or time.monotonic() > ends:
                tries = tuple(each for each in self._tries if each.call != best.call)
                return FoundCall(best.call, _layer(best), tries, best.error)
            *_, call = heapq.heappop(self._waiting)
            made = attempt(self.build, call, self.filename)
        return self._accepted(made)

    def _is_over(self, made: Attempt) -> bool:
        """No input is left to try, or none will do: an exercise that nobody has done raises so."""
        if isinstance(made.statement, ast.Raise) and isinstance(made.error, NotImplementedError):
            return True
        return not self._waiting or len(self._tries) == MOST_TRIES

    def _add(self, calls: Iterable[GroupSpec], answered: int) -> None:
        """What follows from a try that came further is tried first, of the latest try first."""
        for place, call in enumerate(calls):
            if call not in self._known:
                self._known.add(call)
                latest = -len(self._known)  # no two are the same
                heapq.heappush(self._waiting, (-answered, place, latest, call))

    def _note(self, made: Attempt) -> None:
        assert made.error is not None
        layer = ""
        if made.failed is not None:
            layer = made.label(made.failed)
        self._tries.append(Try(made.call, made.error, layer))

    def _accepted(self, made: Attempt) -> FoundCall:
        """It runs. What the first layer is usually given may be better, or a rounder size."""
        tried = {each.call for each in self._tries} | {made.call}
        for call in (*usual(made), *rounded(made.call)):
            if call not in tried:
                better = attempt(self.build, call, self.filename)
                if better.error is None:
                    return FoundCall(call, _layer(better), tuple(self._tries))
        return FoundCall(made.call, _layer(made), tuple(self._tries))


def _layer(made: Attempt) -> str:
    """What tells of the input what it must be: the first layer that is given it, or its weight."""
    for use in made.first_uses:
        if isinstance(use.target, nn.Module) and wants(use.target, use.arguments):
            return made.label(use)
        weights = [each.tensor for each in use.given if not each.sources]
        if weights and not isinstance(use.target, nn.Module):
            path = made.path(weights[0])
            if path:
                return path
    return ""


def first_guesses(model: nn.Module) -> Iterator[GroupSpec]:
    """By what is registered first, and the usual kinds of input after that."""
    for first in (_of_first_layer(model), *COMMON):
        yield from calls_of(model, first)


def _of_first_layer(model: nn.Module) -> TensorSpec:
    walked = walk(model)
    for found in walked.modules:
        if of_pytorch(found.value):
            for want in of_module(found.value):
                return want.usual
        width = getattr(found.value, "in_features", None)
        if isinstance(width, int) and width > 0:
            return TensorSpec((BATCH, width))
    for found in walked.tensors:
        if not is_lazy(found.value) and found.value.dim() == 2:
            return TensorSpec((BATCH, found.value.shape[0]))
    return TensorSpec((BATCH, WIDTH))
