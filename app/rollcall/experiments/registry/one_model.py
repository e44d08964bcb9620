"""One model alone: all that is found about it, each with the lines of its files."""

import linecache
from collections.abc import Iterable, Iterator

from torch import nn

from rollcall.core.code_place import (
    CodePlace,
    class_place,
    flag_places,
    method_place,
    mode_call_places,
    place_of_path,
)
from rollcall.core.findings import Finding
from rollcall.core.findings.forward_kinds import CarriedOver, SwitchedMode
from rollcall.core.findings.kinds import (
    FileDoesNotReproduce,
    ModeNotPassedOn,
    RandomInEval,
    SharedModule,
    UnreadFlag,
)
from rollcall.core.findings.lines_named import lines_named
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Report
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.examine import examine_one
from rollcall.experiments.registry.experiment import RegistryQuery, take_roll
from rollcall.experiments.registry.hidden_state import HiddenState, hidden_state
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

PATHS = (
    "path",
    "also",
    "others",
    "paths",
    "changed",
    "missing",
    "numbers",
    "never_called",
    "unheard",
)


class PlacedFinding(Report):
    """A finding, and where its author looks for it."""

    finding: Finding
    paths: tuple[str, ...]  # of the modules and tensors that it is about
    code: tuple[CodePlace, ...]  # the first is the one to be changed


class ModelFindings(Report):
    """What stands in a registry's column, by the lines that did it."""

    subject: RegistrySubject
    defined_at: CodePlace | None = None
    hidden: tuple[HiddenState, ...] = ()
    findings: tuple[PlacedFinding, ...] = ()
    used_up_at: tuple[CodePlace, ...] = ()  # where generators of layers are assigned


def model_findings(name: str, catalog: Catalog) -> ModelFindings:
    """Look at one model as the registry page does.

    Raises:
        InvalidParameter: there is no such model.
    """
    query = RegistryQuery(left=name, right=name)
    factory, subject = examine_one(
        query, catalog, RegistrySubject, lambda factory: take_roll(factory, query)
    )
    linecache.checkcache(str(factory.file))
    place = class_place(catalog.kind(name))
    if subject.raised or subject.scan is None:
        return ModelFindings(subject=subject, defined_at=place)
    try:
        with factory.running():
            model = factory.build()
    except ModelRaised:  # though it did not a moment ago
        return ModelFindings(subject=subject, defined_at=place)
    used = subject.scan.used
    return ModelFindings(
        subject=subject,
        defined_at=place,
        hidden=hidden_state(walk(model), subject.scan, subject.roll_call),
        used_up_at=tuple(_places_of(model, used.used_up if used else ())),
        findings=tuple(
            PlacedFinding(
                finding=each,
                paths=tuple(_paths(each)),
                code=tuple(_places(each, model, factory)),
            )
            for each in subject.findings.findings
        ),
    )


def _places(finding: Finding, model: nn.Module, factory: ModelFactory) -> Iterator[CodePlace]:
    """The lines that it names, else those that assign what it is about, else the class."""
    file = str(factory.file)
    named = [CodePlace(file, line) for line in lines_named(finding)]
    if isinstance(finding, ModeNotPassedOn):
        kind = type(model.get_submodule(finding.path))
        named = [place for place in [method_place(kind, finding.method)] if place]
    if isinstance(finding, UnreadFlag):
        named = list(flag_places(model, finding.name))
    if isinstance(finding, SharedModule):  # the line that gives it a second name
        named = _places_of(model, finding.aliases[-1:])
    if isinstance(finding, CarriedOver):
        named = _places_of(model, finding.paths, which=-1)
    if isinstance(finding, SwitchedMode):
        named = list(mode_call_places(model, finding.mode))
    if isinstance(finding, FileDoesNotReproduce) and finding.left_out_by:
        named = [place for place in [method_place(type(model), "state_dict")] if place]
    if not named:
        named = _places_of(model, _paths(finding))
    if not named:
        named = [place for place in [class_place(type(model))] if place]
    yield from dict.fromkeys(named)


def _places_of(model: nn.Module, paths: Iterable[str], which: int = 0) -> list[CodePlace]:
    places = [place_of_path(model, path, which) for path in paths]
    return [place for place in places if place]


def _paths(finding: Finding) -> Iterator[str]:
    """Of modules and tensors that it is about."""
    if isinstance(finding, RandomInEval):
        yield from (place.path for place in finding.places if place.path)
    for name in PATHS:
        value = getattr(finding, name, None) or ()
        if isinstance(value, str):
            yield value
        else:
            yield from value
