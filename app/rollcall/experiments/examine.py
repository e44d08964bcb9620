"""Both models of a query, examined: what a lecture file raises stays in its own column."""

from collections.abc import Callable
from typing import TypeVar

from rollcall.core.devices import SIMULATED, accepted
from rollcall.core.heard import Heard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.no_answer import LEFT_OUT
from rollcall.core.pair_query import PairQuery
from rollcall.core.query import NOWHERE, InvalidParameter
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.subject import ModelFactory, Subject
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ModelCard

S = TypeVar("S", bound=Subject)


def cards_of(query: PairQuery, catalog: Catalog) -> tuple[ModelCard, ModelCard]:
    """The two models that a query names.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    refuse_unknown_devices(query)
    return catalog.card(query.left, "left"), catalog.card(query.right, "right")


def refuse_unknown_devices(query: PairQuery) -> None:
    """Raises InvalidParameter for a device that does not exist here."""
    for parameter, device in query.named_devices:
        _refuse_unknown_device(query, parameter, device)


def _refuse_unknown_device(query: PairQuery, parameter: str, device: str) -> None:
    known = accepted(query.simulates)
    if device in known:
        return
    problem = NOWHERE
    if device == SIMULATED:
        problem = "knows no values, and this page runs on values"
    raise InvalidParameter(parameter, device, known, problem)


def model_factories(query: PairQuery, catalog: Catalog) -> tuple[ModelFactory, ModelFactory]:
    """Both, ready to be built. Raises as above."""
    left, right = cards_of(query, catalog)
    left_device, right_device = query.devices
    return (
        _factory(left, query, catalog, catalog.left_out == "left", left_device),
        _factory(right, query, catalog, catalog.left_out == "right", right_device),
    )


def _factory(
    card: ModelCard, query: PairQuery, catalog: Catalog, left_out: bool, device: str
) -> ModelFactory:
    return ModelFactory(
        card,
        query.seed,
        catalog,
        Heard(str(catalog.file(card.name))),
        left_out,
        catalog.own_state(card.name),
        typed=query.x,
        device=device,
    )


def examine_both(
    query: PairQuery, catalog: Catalog, subject: type[S], examine: Callable[[ModelFactory], S]
) -> tuple[S, S]:
    """Examine left and right. What a lecture file raises stays in its own column.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    left, right = model_factories(query, catalog)
    return _or_raised(left, subject, examine), _or_raised(right, subject, examine)


def examine_one(
    query: PairQuery, catalog: Catalog, subject: type[S], examine: Callable[[ModelFactory], S]
) -> tuple[ModelFactory, S]:
    """Examine the left model alone; for whoever looks at it further, how it is built.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    left, _ = model_factories(query, catalog)
    return left, _or_raised(left, subject, examine)


def _or_raised(factory: ModelFactory, subject: type[S], examine: Callable[[ModelFactory], S]) -> S:
    if factory.left_out:
        return subject(card=factory.card, raised=LEFT_OUT)
    try:
        # Whatever draws: a method called train may, and its page is the same wherever it is run.
        with factory.running(), seeded(factory.seed):
            examined = examine(factory)
            examined = examined.model_copy(update={"input": factory.input_origin})
    except ModelRaised as error:
        examined = subject(card=factory.card, raised=factory.raised(error))
    notes = factory.notes
    with factory.running():
        return examined.model_copy(update={"notes": notes, "source": factory.source})
