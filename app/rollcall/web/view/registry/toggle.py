"""The links that open and close the lines of a tree."""

from dataclasses import dataclass

from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.web.view.registry.standing import LOST, MODULES, TENSORS
from rollcall.web.view.tree.opening import Line
from rollcall.web.view.words import number, plural


@dataclass(frozen=True, slots=True)
class Toggle:
    """One link."""

    key: str  # what `open=` calls the line
    text: str  # what a closed line keeps, or what the link does
    lost: str  # what of it is unregistered; "" where nothing is
    url: str | None  # None: no address has room for one more open line
    closes: bool


def toggle_of(line: Line, query: RegistryQuery) -> Toggle | None:
    """What opens a closed line, or closes one that was opened."""
    if line.open and line.asked:
        return _closing(line.label, query)
    if not line.open and line.branch.children:
        return _opening(line.label, _inside(line), _lost(line), query)
    if line.branch.apart_of:
        return _closing(line.branch.apart_of, query)
    return None


def unfolding(line: Line, text: str, query: RegistryQuery) -> Toggle | None:
    """What gives layers that are alike a line each. `text` says how many they are."""
    if line.branch.count == 1 or line.branch.children:
        return None
    return _opening(line.branch.span, text, "", query)


def _opening(key: str, text: str, lost: str, query: RegistryQuery) -> Toggle:
    url = None
    if opened := query.with_open(key):
        url = opened.url
    return Toggle(key, text, lost, url, closes=False)


def _closing(key: str, query: RegistryQuery) -> Toggle:
    return Toggle(key, "close", "", query.with_closed(key).url, closes=True)


def _inside(line: Line) -> str:
    told = plural(line.inside[MODULES], "module", "modules")
    if line.inside[TENSORS]:
        told += f", {plural(line.inside[TENSORS], 'tensor', 'tensors')}"
    return told


def _lost(line: Line) -> str:
    if not line.inside[LOST]:
        return ""
    return f"{number(line.inside[LOST])} unregistered"
