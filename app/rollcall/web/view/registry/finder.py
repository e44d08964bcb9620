"""The search field above the columns, where a model is too large to be shown whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.web.view.tree.folding import SMALL


@dataclass(frozen=True)
class Finder:
    """A form that asks for the same page, with other words."""

    find: str
    hidden: tuple[tuple[str, str], ...]  # what else the address says
    all_url: str | None  # the page without the words; None where there are none


def finder(report: RegistryReport, query: RegistryQuery) -> Finder | None:
    """None where both models are shown whole, and nobody looks for anything."""
    if not query.find and not any(_is_large(report)):
        return None
    url = None
    if query.find:
        url = query.replace(find="").url
    return Finder(query.find, tuple(_other_parameters(query)), url)


def _is_large(report: RegistryReport) -> Iterator[bool]:
    for subject in (report.left, report.right):
        if subject.scan:
            yield len(subject.scan.modules) + len(subject.scan.tensors) > SMALL


def _other_parameters(query: RegistryQuery) -> Iterator[tuple[str, str]]:
    for name, value in query:
        if isinstance(value, tuple):
            yield from ((name, each) for each in value)
        elif name != "find":
            yield name, str(value)
