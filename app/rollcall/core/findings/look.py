"""Look at one model in every way; what changes it is run on a build of its own."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from torch import nn

from rollcall.core.findings.batch_run import BatchRun
from rollcall.core.findings.device_run import DeviceRun
from rollcall.core.findings.eval_run import EvalRun
from rollcall.core.findings.file_run import FileRun
from rollcall.core.findings.kinds import Finding
from rollcall.core.findings.mode_run import ModeRun
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.findings.move_run import MoveRun
from rollcall.core.findings.shallow_copies import shallow_copies
from rollcall.core.findings.structure import (
    hidden_by_class,
    left_out,
    shared_by,
    shared_modules,
    wrapped_keys,
)
from rollcall.core.findings.training_run import TrainingRun
from rollcall.core.findings.unread_flags import unread_flags
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Raised, Report
from rollcall.core.state_keys import listed
from rollcall.core.walk.object_walk import Found, walk

TRAINING = "training"


class Run(Report):
    """A run that ended in an exception, so that it shows nothing."""

    name: str  # "a training step"
    raised: Raised


class Findings(Report):
    """What was found, and which runs could not look."""

    findings: tuple[Finding, ...] = ()
    not_run: tuple[Run, ...] = ()


def look_for_findings(subject: ModelUnderTest) -> Findings:
    """Look at a fresh model, make every run, and gather what each shows.

    Raises:
        ModelRaised: from whatever the constructor raises.
    """
    model = subject.build()
    walked = walk(model)
    modules = walked.modules
    findings: list[Finding] = list(_of_structure(model, modules))
    findings.extend(unread_flags(walked))
    if subject.build_beside is not None:
        with suppress(ModelRaised):
            findings.extend(shared_by(model, subject.build_beside(model)))
    findings.extend(ModeRun(modules, subject.filename).findings())
    not_run = []
    runs: tuple[tuple[str, Callable[[ModelUnderTest], Any]], ...] = (
        (TRAINING, TrainingRun),
        ("eval", EvalRun),
        ("another batch", BatchRun),
        ("move", MoveRun),
        ("another device", DeviceRun),
        ("file", FileRun),
    )
    for name, run in runs:
        try:
            done = run(subject)
        except ModelRaised as error:
            not_run.append(Run(name=name, raised=Raised.of(error, subject.filename)))
        else:
            findings.extend(done.findings())
    once = tuple(dict.fromkeys(findings))  # in train() and in eval() forward may add the same
    return Findings(findings=once, not_run=tuple(not_run))


def _of_structure(model: nn.Module, modules: list[Found]) -> Iterable[Finding]:
    keys = _keys(model)
    yield from left_out(model)
    yield from shared_modules(modules)
    yield from shallow_copies(modules)
    yield from hidden_by_class(modules)
    yield from wrapped_keys(modules, keys)


def _keys(model: nn.Module) -> list[str]:
    try:
        return list(listed(model))
    except ModelRaised:  # the roll call says so
        return []
