"""Parts of a report on an exercise, as the tests of its page put them together."""

from typing import Any

from rollcall.core.report import Raised
from rollcall.experiments.exercise.experiment import ExerciseSubject
from rollcall.experiments.exercise.repair_checks import RepairFinding, RepairLine
from rollcall.experiments.layer_checks.checked_layer import CheckLine
from rollcall.experiments.layer_checks.findings import Finding
from web.view.entries import card

UNWRITTEN = Raised(type="NotImplementedError", message="", line=11)
WRONG = Raised(type="TypeError", message="no luck", line=12, during="model(x)")


def repair(name: str, verdict: str, **evidence: Any) -> RepairLine:
    finding = RepairFinding.model_validate({"verdict": verdict, **evidence})
    return RepairLine(name=name, finding=finding)


def layer(name: str, verdict: str, **evidence: Any) -> CheckLine:
    return CheckLine(name=name, finding=Finding.model_validate({"verdict": verdict, **evidence}))


def exercise(*lines: RepairLine | CheckLine, **known: Any) -> ExerciseSubject:
    return ExerciseSubject(
        card=card("YourNet"),
        repair_lines=tuple(line for line in lines if isinstance(line, RepairLine)),
        layer_lines=tuple(line for line in lines if isinstance(line, CheckLine)),
        **known,
    )
