"""The words over a column: whether two forwards in the mode of the query give the same."""

from dataclasses import dataclass
from typing import Literal

from rollcall.core.query import Mode
from rollcall.experiments.modes.effects import Effects
from rollcall.experiments.modes.experiment import ModesQuery
from rollcall.web.view.modes.numbers import decimal
from rollcall.web.view.words import plural


@dataclass(frozen=True)
class Headline:
    """A large word and one or two short lines beside it."""

    verdict: Literal["none", "good", "bad"]
    outcome: str
    lines: tuple[str, ...]


def headline(effects: Effects, query: ModesQuery) -> Headline:
    """What the two forwards showed. In eval nothing should act, unless it was asked for."""
    mode = query.mode
    asked = mode == "train" or bool(query.train)
    if effects.raised:
        return Headline("none", "raised", (f"by the forward after {mode}()",))
    outcome, lines = _outcome(effects, mode)
    if asked:
        return Headline("none", outcome, lines)
    if effects.apart or effects.unlike or _changed_modules(effects):
        return Headline("bad", outcome, lines)
    if effects.apart is None:
        return Headline("none", outcome, lines)
    return Headline("good", outcome, lines)


def _outcome(effects: Effects, mode: Mode) -> tuple[str, tuple[str, ...]]:
    if effects.unlike:
        return "differ", ("in their shapes: two forwards", f"on the same input after {mode}()")
    if effects.apart is None:
        return "no tensor", ("with numbers is returned:", "there is nothing to compare")
    if effects.apart:
        by = f"by up to {decimal(effects.apart)}: two forwards"
        return "differ", (by, f"on the same input after {mode}()")
    modules = _changed_modules(effects)
    if modules:
        state = f"the state of {plural(modules, 'module', 'modules')}"
        return "changed", (f"by one forward after {mode}():", state)
    return "equal", ("two forwards on the same", f"input after {mode}()")


def _changed_modules(effects: Effects) -> int:
    return len({change.owner for change in effects.tensor_changes if change.by != 0})
