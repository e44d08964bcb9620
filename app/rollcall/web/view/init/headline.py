"""The words over a column, and the table of both directions below them."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.init.column import Health, InitColumn, Signal
from rollcall.experiments.init.experiment import InitQuery
from rollcall.web.view.init.names import std_text
from rollcall.web.view.numerals import significant
from rollcall.web.view.table_cell import TableCell

MARKS = {"healthy": "●", "vanished": "▼", "exploded": "▲"}
MEAN = "geometric mean over all layers but the first"


@dataclass(frozen=True)
class Way:
    """One direction through the net."""

    what: str
    first_to_last: str  # on its way
    factor: str
    theory: str  # "" where there is none
    outcome: TableCell


@dataclass(frozen=True)
class Headline:
    """How far both directions stay healthy."""

    verdict: Literal["good", "bad"]
    outcome: str
    where: str  # "" where the outcome says it
    reason: str  # of the init; "" where none is told
    factor_head: str
    factor_title: str
    ways: tuple[Way, Way]


def headline(column: InitColumn, query: InitQuery) -> Headline:
    """Of the first direction that is not healthy, if there is one."""
    forward, backward = column.forward, column.backward
    outcome, where = f"Healthy to layer {query.depth}", ""
    if forward.outcome != "healthy":
        outcome = f"{forward.outcome.capitalize()} at layer {forward.at}"
    elif backward.outcome != "healthy":
        outcome, where = f"Gradient {backward.outcome}", f"at layer {backward.at}"
    factor_head, factor_title = "each layer", MEAN
    if column.expected is not None:
        factor_head, factor_title = "each layer (theory)", f"{MEAN}; in theory {_theory(query)}"
    return Headline(
        verdict=verdict(column.outcome),
        outcome=outcome,
        where=where,
        reason=_reason(column, query),
        factor_head=factor_head,
        factor_title=factor_title,
        ways=(
            _way("activations", forward, forward.std, column.expected),
            _way("gradients", backward, backward.std[::-1], column.expected),
        ),
    )


def _reason(column: InitColumn, query: InitQuery) -> str:
    """Why nn.Linear's own init takes a=√5, and what another one would take."""
    if column.init != "kaiming_uniform_a5":
        return ""
    linear = f"nn.Linear's: bound 1/√fan_in, std {significant(column.weight_std)}"
    if query.activation != "relu":
        return linear
    return f"{linear}; ReLU takes √(2/fan_in) = {significant((2 / query.width) ** 0.5)}"


def verdict(outcome: Health) -> Literal["good", "bad"]:
    """Good is healthy."""
    if outcome == "healthy":
        return "good"
    return "bad"


def _way(what: str, signal: Signal, on_its_way: tuple[float, ...], expected: float | None) -> Way:
    factor, theory = "–", ""
    if signal.factor is not None:
        factor = f"× {significant(signal.factor)}"
    if expected is not None:
        theory = f"({significant(expected)})"
    return Way(
        what=what,
        first_to_last=f"{std_text(on_its_way[0])} → {std_text(on_its_way[-1])}",
        factor=factor,
        theory=theory,
        outcome=_outcome(signal),
    )


def _outcome(signal: Signal) -> TableCell:
    mark = MARKS[signal.outcome]
    if signal.at is None:
        return TableCell("yes", mark, signal.outcome)
    return TableCell("no", mark, f"{signal.outcome} at {signal.at}")


def _theory(query: InitQuery) -> str:
    if query.activation == "relu":
        return "√(width · Var(w) / 2), for ReLU keeps half of the second moment"
    return "√(width · Var(w))"
