"""Who is registered: the module tree, the roll call and the source of two models."""

import re
from typing import Annotated, ClassVar, Self

from pydantic import Field, ValidationError
from torch import nn

from rollcall.core.first_forward import first_forward
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import going_on_after, move_to
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import ALSO_REFUSED, InvalidParameter
from rollcall.core.report import Raised, Report
from rollcall.core.roll_call import take_roll_call
from rollcall.core.scan import scan_of_walk
from rollcall.core.used_parameters import UsedParameters
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.base import Experiment
from rollcall.experiments.examine import examine_both
from rollcall.experiments.mode_calls import (
    NO_SUCH_PATH,
    ModeCallsQuery,
    make_mode_calls,
    refuse_unknown_paths,
    unheard_by,
)
from rollcall.experiments.registry.measures import MEASURES
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.source_lines import Change, changes

BETWEEN = " … "  # the first and the last path of a line, where no numbers tell them apart
Lines = tuple[Annotated[str, Field(max_length=400, examples=["blocks.0-11"])], ...]


def first_path(line: str) -> str:
    """The first module of a line: `blocks.0.norm` of `blocks.0-11.norm`."""
    first, _, _ = line.partition(BETWEEN)
    return re.sub(r"(\d+)-\d+", r"\1", first)


class RegistryQuery(ModeCallsQuery):
    """Which two models, and what was called on them."""

    path: ClassVar[str] = "/registry"

    open: Lines = Field(
        (),
        max_length=24,
        description="line of a large tree that is open, by its name there: a path, or one that "
        "stands for many",
        json_schema_extra={ALSO_REFUSED: NO_SUCH_PATH},
    )
    find: str = Field(
        "",
        max_length=80,
        pattern=r"^[\w\s.\[\]'\"{}-]*$",
        description="words of a path, a class or a status: only these are shown",
    )

    @property
    def computed(self) -> Self:
        """Lines are opened and searched on the page of one report."""
        return super().computed.model_copy(update={"open": (), "find": ""})

    def check(self, report: "RegistryReport") -> None:
        """Accept a line that begins with a module of either model."""
        scans = [subject.scan for subject in (report.left, report.right) if subject.scan]
        known = {module.path for scan in scans for module in scan.modules}
        for line in self.open:
            if not known & {line, first_path(line)}:
                raise InvalidParameter("open", line, tuple(sorted(known - {""})))

    def with_open(self, line: str) -> Self | None:
        """The same page with one more line open; None where an address has no room for it."""
        try:
            return self.replace(open=(*self.open, line))
        except ValidationError:
            return None

    def with_closed(self, line: str) -> Self:
        """The same page with a line closed that was opened."""
        return self.replace(open=tuple(each for each in self.open if each != line))


class RegistryReport(Report):
    """Two subjects, and the lines that make the difference where one is the twin of the other."""

    query: RegistryQuery
    left: RegistrySubject
    right: RegistrySubject
    changes: tuple[Change, ...]


def registry(query: RegistryQuery, catalog: Catalog) -> RegistryReport:
    """Build, call, move, run and read back both subjects.

    Raises:
        InvalidParameter: a model, device or path that does not exist here.
    """
    left, right = examine_both(
        query, catalog, RegistrySubject, lambda factory: take_roll(factory, query)
    )
    scans = [subject.scan for subject in (left, right) if subject.scan]
    if not catalog.left_out:  # a path may lead into the model that is not run
        refuse_unknown_paths(query, *(scan.modules for scan in scans))
    return RegistryReport(query=query, left=left, right=right, changes=_changes(left, right))


def _changes(left: RegistrySubject, right: RegistrySubject) -> tuple[Change, ...]:
    """The lines by which twins differ; none for other pairs."""
    are_twins = left.card.twin == right.card.name or right.card.twin == left.card.name
    if not are_twins or not left.source or not right.source:
        return ()
    return changes(left.source, right.source, left.card.class_name, right.card.class_name)


REGISTRY = Experiment(
    name="registry",
    title="Registry",
    summary="Which tensors and submodules of two models are registered, "
    "and who answers PyTorch's calls.",
    query=RegistryQuery,
    report=RegistryReport,
    run=registry,
    measures=MEASURES,
)


def take_roll(factory: ModelFactory, query: RegistryQuery) -> RegistrySubject:
    """All that one column shows.

    Raises:
        ModelRaised: from the constructor, or from what brings its input.
    """
    model = factory.build()
    printed = _printed(model)
    example = factory.example()
    calls = make_mode_calls(model, query.calls)
    move_to(model, factory.device)
    used, forward_raised = _first_forward(factory, query, example)
    walked = walk(model)
    scan = scan_of_walk(model, walked, used)
    return RegistrySubject(
        card=factory.card,
        calls=calls,
        scan=scan,
        unheard=unheard_by(scan.modules, calls),
        forward_raised=forward_raised,
        roll_call=take_roll_call(
            factory.build, example, factory.device, query.seed, str(factory.file)
        ),
        findings=factory.findings,
        printed=printed,
    )


def _printed(model: nn.Module) -> str:
    text = ""
    with going_on_after("print(model)"):
        text = str(model)
    return text


def _first_forward(
    factory: ModelFactory, query: RegistryQuery, example: ModelInput
) -> tuple[UsedParameters | None, Raised | None]:
    """What it used, on the CPU and in the mode that was called, or what it raised."""
    model = factory.build()
    make_mode_calls(model, query.calls)
    try:
        return first_forward(model, example, query.seed), None
    except ModelRaised as error:
        return None, factory.raised(error)
