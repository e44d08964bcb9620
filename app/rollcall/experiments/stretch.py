"""One model makes several increments before it is the other's turn."""

import time
from collections.abc import Iterator, Sequence

from rollcall.core.model_code import hearing
from rollcall.core.pair_query import PairQuery
from rollcall.core.rng.random_state import RandomStream, seeded_by_code
from rollcall.experiments.in_turns import M
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

SECONDS = 0.02  # to change over takes 60 µs, a quarter of a small step; nobody sees so short a wait


def seconds_of_a_stretch(query: PairQuery, catalog: Catalog) -> float:
    """How long each is.

    Where nobody would ask each model alone after this call has failed, every increment is given
    away at once: what was made before a process ended, or hung, is shown.
    """
    if catalog.left_out or query.left == query.right:
        return 0
    return SECONDS


def in_stretches(
    factory: ModelFactory, stream: RandomStream, made: Iterator[M], seconds: float
) -> Iterator[Sequence[M]]:
    """Make increments, and give them away when it is time for the other model.

    Args:
        factory: of the model.
        stream: its random numbers.
        made: runs the model while it is asked for the next one, up to the one that has ended.
        seconds: of a stretch, which goes on for a whole increment at least.
    """
    has_ended = False
    while not has_ended:
        with stream, hearing():
            stretch = list(_stretch(factory, made, seconds))
        yield stretch
        has_ended = stretch[-1].ended


def _stretch(factory: ModelFactory, made: Iterator[M], seconds: float) -> Iterator[M]:
    """Only with the last of them there may be more to note than before."""
    ends_at = time.monotonic() + seconds
    said = _said(factory)
    for each in made:
        yield each
        if each.ended or time.monotonic() >= ends_at or _said(factory) != said:
            return
        if factory.own_state is not None:  # what was changed is known after the turn
            return


def _said(factory: ModelFactory) -> int:
    return factory.heard.said + len(seeded_by_code)
