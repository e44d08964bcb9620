"""Who is registered: the module tree, the roll call and the source of two models."""

from pathlib import Path
from typing import Annotated, ClassVar, Self

import torch
from pydantic import Field
from torch import nn

from rollcall.core.catalog import Catalog
from rollcall.core.first_forward import first_forward
from rollcall.core.query import Mode, PairQuery, Unacceptable
from rollcall.core.report import Raised, Report
from rollcall.core.roll_call import RollCall, take_roll_call
from rollcall.core.scan import Reach, Scan, scan_with_leaves
from rollcall.core.source import Change, LectureFile, Source, changes
from rollcall.core.walk import walk
from rollcall.experiments.experiment import Experiment
from rollcall.experiments.pair import Candidate, Subject, examine_both

Paths = tuple[Annotated[str, Field(max_length=200, examples=["layers[0]"])], ...]
Call = tuple[str, Mode]  # path of the module on which train() or eval() is called; "" is the whole model


class RegistryQuery(PairQuery):
    """Which two models, and what was called on them."""

    path: ClassVar[str] = "/registry"
    eval: Paths = Field((), max_length=64, description="path of a submodule on which eval() is called")
    train: Paths = Field((), max_length=64, description="path of a submodule on which train() is called")

    def in_mode(self, mode: Mode) -> Self:
        """A call on the whole model overrides every other."""
        return self.called("", mode)

    def called(self, path: str, mode: Mode) -> Self:
        """The same experiment after one more call on the module at `path`, which overrides those made below it."""
        if path == "":
            return self.but(mode=mode, eval=(), train=())
        kept = {name: tuple(p for p in getattr(self, name) if not _within(p, path)) for name in ("eval", "train")}
        return self.but(**{**kept, mode: (*kept[mode], path)})

    @property
    def calls(self) -> tuple[Call, ...]:
        """What is called on whom: the whole model first, then submodules from the outside in."""
        inner: list[Call] = [*((path, "eval") for path in self.eval), *((path, "train") for path in self.train)]
        return (("", self.mode), *sorted(inner, key=lambda call: len(call[0])))


class RegistrySubject(Subject):
    """Everything that one column shows."""

    calls: tuple[Call, ...] = ()  # those of the query that were made on this subject, in order
    scan: Scan | None = None  # after the calls and after .to(device)
    unheard: tuple[str, ...] = ()  # modules whose flag is not what was called on them or on a module around them
    forward_raised: Raised | None = None  # then scan.reach is None
    roll_call: RollCall | None = None
    source: Source | None = None
    printed: str = ""  # str(model)


class RegistryReport(Report):
    """Two subjects, and the lines that make the difference where one is the twin of the other."""

    query: RegistryQuery
    left: RegistrySubject
    right: RegistrySubject
    changes: tuple[Change, ...]


def registry(query: RegistryQuery, catalog: Catalog) -> RegistryReport:
    """Build, call, move, run and read back both subjects.

    Raises:
        Unacceptable: a model, device or path that does not exist here.
    """
    left, right = examine_both(query, catalog, RegistrySubject, lambda candidate: _examine(candidate, query))
    _refuse_unknown_paths(query, left, right)
    twins = left.card.twin == right.card.name or right.card.twin == left.card.name
    return RegistryReport(
        query=query,
        left=left,
        right=right,
        changes=changes(left.source, right.source, left.card.class_name, right.card.class_name)
        if twins and left.source and right.source
        else (),
    )


REGISTRY = Experiment(
    name="registry",
    title="Registry",
    summary="Which tensors and submodules of two models are registered, and who answers PyTorch's calls.",
    query=RegistryQuery,
    report=RegistryReport,
    run=registry,
)


def _examine(candidate: Candidate, query: RegistryQuery) -> RegistrySubject:
    model = candidate.build()
    printed = str(model)
    example = candidate.example(model)
    calls = _make_calls(model, query.calls)
    model.to(query.device)
    scan = scan_with_leaves(model, None)
    reach = _reach(candidate, query, example)
    return RegistrySubject(
        card=candidate.card,
        calls=calls,
        scan=scan.model_copy(update={"reach": None if isinstance(reach, Raised) else reach}),
        unheard=_unheard(scan, calls),
        forward_raised=reach if isinstance(reach, Raised) else None,
        roll_call=take_roll_call(candidate.build, example, query.device, query.seed, str(candidate.file)),
        source=_source(candidate.file, model),
        printed=printed,
    )


def _make_calls(model: nn.Module, calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """Call train() and eval() where the paths lead somewhere; return the calls that were made."""
    modules = {found.path: found.value for found in walk(model).modules}
    made = tuple(call for call in calls if call[0] in modules)
    for path, mode in made:
        modules[path].train(mode == "train")
    return made


def _unheard(scan: Scan, calls: tuple[Call, ...]) -> tuple[str, ...]:
    """Modules that stand within a called one, as Python nests them, and whose flag says something else."""
    owners = {module.path: module.owner for module in scan.modules}
    unheard = []
    for module in scan.modules:
        around = [module.path]
        while (owner := owners[around[-1]]) is not None:
            around.append(owner)
        said = [mode for path, mode in calls if path in around]
        if said and module.training != (said[-1] == "train"):
            unheard.append(module.path)
    return tuple(unheard)


def _reach(candidate: Candidate, query: RegistryQuery, example: torch.Tensor) -> Reach | Raised:
    """The first forward on the CPU, in the mode that was called, and the leaves of its graph."""
    model = candidate.build()
    _make_calls(model, query.calls)
    try:
        return first_forward(model, example, query.seed)
    except Exception as error:
        return candidate.raised(error)


def _source(file: Path, model: nn.Module) -> Source:
    """The class of the model, and those of the same file that it is made of."""
    modules, tensors, _ = walk(model)
    unregistered = [(found.path, found.trail) for found in (*modules, *tensors) if found.trail]
    holders = {kind for _, trail in unregistered for kind, _ in trail.via}
    made_of = {type(found.value) for found in modules} | holders
    others = {base.__name__ for kind in made_of for base in kind.__mro__ if base.__module__ == type(model).__module__}
    return LectureFile.read(file).source(
        type(model).__name__,
        others,
        [(kind, attribute, path) for path, trail in unregistered for kind, attribute in trail.via],
    )


def _refuse_unknown_paths(query: RegistryQuery, left: RegistrySubject, right: RegistrySubject) -> None:
    scans = [subject.scan for subject in (left, right) if subject.scan]
    known = tuple(dict.fromkeys(module.path for scan in scans for module in scan.modules if module.path))
    for parameter in ("eval", "train"):
        for path in getattr(query, parameter):
            if path not in known:
                raise Unacceptable(parameter, path, known)


def _within(path: str, outer: str) -> bool:
    """Whether a path is `outer` or leads through it."""
    return path == outer or path.startswith((outer + ".", outer + "["))
