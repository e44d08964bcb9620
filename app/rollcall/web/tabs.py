"""The tabs of a page: where each leads, and which has nothing to show."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from rollcall.core.devices import SIMULATED
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lectures.contents import Kind, ModelCard

# What says nothing on a page of another kind of subject.
LOST = ("left", "right", "x", "lesson", "answer")


Openings = Mapping[Kind, Mapping[str, str]]  # with which pair each kind of page opens
ANY: Openings = {"models": {}, "loops": {}}


class Tab(NamedTuple):
    """One of them."""

    experiment: Experiment
    url: str
    nothing: str = ""  # why it has nothing to show of these models; "" where it has, or may have
    ask: str = ""  # where that is answered, which takes a run; "" where it is known


def tabs(
    common: dict[str, Any],
    current: Experiment | None = None,
    card_of: Callable[[str], ModelCard | None] = lambda name: None,
    openings: Openings = ANY,
) -> list[Tab]:
    """Every experiment with its address, asked with what is `common` to all.

    Where nothing is, the bare path leads to models that this course has. `card_of` finds the
    card of a model by its name. A page has no tab whose
    subjects have no opening.
    """
    tabbed = [each for each in EXPERIMENTS.values() if each.has_tab]
    shown = [each for each in tabbed if each.subjects in openings]
    if not common:
        return [Tab(experiment, experiment.query.path) for experiment in shown]
    pair = [card_of(common[side]) for side in ("left", "right")]
    known = [card for card in pair if card is not None]
    found = []
    for experiment in shown:
        asked = common
        if experiment is not current:
            asked = _travelling(experiment, common, current, openings)
        query = experiment.query(**asked)
        tab = Tab(experiment, query.url)
        alike = current is None or current.subjects == experiment.subjects
        if alike and len(known) == len(pair):
            if not any(map(experiment.shows, known)):
                tab = tab._replace(nothing=nothing_in(experiment))
            elif experiment.empty is not None and experiment is not current:
                tab = tab._replace(ask=query.tab_url)
        found.append(tab)
    return found


class TabAnswer(BaseModel):
    """What a tab learns of its page when the models have run."""

    nothing: str = Field(description="why it has nothing to show of these models; empty: it has")


def nothing_in(experiment: Experiment) -> str:
    """What the tab of a page says that has nothing to show of both models."""
    return f"Nothing to show of these models: it takes {experiment.needs}."


def _travelling(
    experiment: Experiment,
    common: dict[str, Any],
    current: Experiment | None,
    openings: Openings,
) -> dict[str, Any]:
    """What comes along to another page.

    No mode or simulated GPU comes to a page that would then run otherwise than one expects. No
    model comes to a page of loops, and no loop to one of models.
    """
    asked = {**common}
    kind = "models"
    if current is not None:
        kind = current.subjects
    if experiment.subjects != kind:
        asked = {name: value for name, value in common.items() if name not in LOST}
        asked |= openings[experiment.subjects]
    if not getattr(experiment.query, "mode_travels", False):
        asked.pop("mode", None)
    if not getattr(experiment.query, "simulates", False):
        for parameter in ("device", "left_device", "right_device"):
            if asked.get(parameter) == SIMULATED:
                asked[parameter] = "cpu"
    return asked
