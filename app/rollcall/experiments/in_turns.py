"""Two models that are recorded in turns: an increment of the one, then one of the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from rollcall.core.no_answer import LEFT_OUT
from rollcall.core.pair_query import PairQuery
from rollcall.core.wire import Wire
from rollcall.experiments.examine import model_factories
from rollcall.experiments.notes import Notes
from rollcall.experiments.subject import ModelFactory, Subject
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.source_lines import Source


class Made(Protocol):
    """One increment of one model."""

    @property
    def ended(self) -> bool:
        """Whether the model is called no more."""
        ...


M = TypeVar("M", bound=Made)
S = TypeVar("S", bound=Subject)
F = TypeVar("F", bound=ModelFactory)


class Turn(NamedTuple, Generic[M]):
    """One increment, and what was known of the model when it was made."""

    made: M
    notes: Notes
    source: Source | None = None  # with the first increment


@dataclass(frozen=True)
class LeftOut:
    """What stands in the place of the first increment of a model that is not run."""

    card: ModelCard


Turns = tuple[Turn[M] | LeftOut | None, ...]  # of left and right; None: that one ended earlier


def wire_of_turns(made: Any) -> Wire[Any]:
    """How turns travel, whose increments are of the type `made`."""
    return Wire(tuple[Turn[made] | LeftOut | None, ...])


def in_turns(
    query: PairQuery, catalog: Catalog, record: Callable[[ModelFactory], Iterator[M]]
) -> Iterator[Turns[M]]:
    """Record both models, each to its end.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    yield from taking_turns(model_factories(query, catalog), record)


def taking_turns(factories: tuple[F, F], record: Callable[[F], Iterator[M]]) -> Iterator[Turns[M]]:
    """The same of what is known to exist."""
    return stretches_in_turns(factories, lambda factory: ((made,) for made in record(factory)))


def stretches_in_turns(
    factories: tuple[F, F], record: Callable[[F], Iterator[Sequence[M]]]
) -> Iterator[Turns[M]]:
    """The same where a model makes several increments before it is the other's turn.

    Only the last of them may have brought something to note.
    """
    yield from zip_longest(*(_turns(factory, record(factory)) for factory in factories))


def ended(turns: Turns[M]) -> bool:
    """Whether neither model is called any more."""
    return all(not isinstance(turn, Turn) or turn.made.ended for turn in turns)


def both_told(
    increments: Sequence[Turns[M]], subject: type[S], tell: Callable[[Sequence[M]], S]
) -> tuple[S, S]:
    """What is told of left and of right, each from its own increments."""
    left, right = zip(*increments, strict=True)
    return _told(left, subject, tell), _told(right, subject, tell)


def one_told(
    increments: Sequence[Turns[M]], place: int, subject: type[S], tell: Callable[[Sequence[M]], S]
) -> S:
    """What is told of one of them: 0 is left."""
    return _told(tuple(turns[place] for turns in increments), subject, tell)


def made_by(increments: Sequence[Turns[M]], place: int) -> list[M]:
    """The increments of one of them."""
    turns = [turns[place] for turns in increments]
    return [turn.made for turn in turns if isinstance(turn, Turn)]


def _told(side: Turns[M], subject: type[S], tell: Callable[[Sequence[M]], S]) -> S:
    if isinstance(side[0], LeftOut):
        return subject(card=side[0].card, raised=LEFT_OUT)
    turns = [turn for turn in side if isinstance(turn, Turn)]
    known = {"notes": turns[-1].notes, "source": turns[0].source}
    return tell([turn.made for turn in turns]).model_copy(update=known)


def _turns(factory: ModelFactory, made: Iterator[Sequence[M]]) -> Iterator[Turn[M] | LeftOut]:
    if factory.left_out:
        yield LeftOut(factory.card)
        return
    source, noted, notes = None, None, Notes()
    while True:
        with factory.running():
            stretch = next(made, None)
        if stretch is None:
            return
        *earlier, last = stretch
        for each in earlier:
            yield Turn(each, notes)
        if factory.noted != noted:  # to make notes takes longer, and there is seldom more to tell
            noted, notes = factory.noted, factory.notes
        if source is None:
            with factory.running():
                source = factory.source
            yield Turn(last, notes, source)
        else:
            yield Turn(last, notes)
