"""The variables of the code that runs, with a small picture of each tensor."""

from dataclasses import dataclass
from math import isfinite

from rollcall.experiments.step.experiment import StepReport
from rollcall.experiments.step.local_tensors import Local, TensorPicture
from rollcall.experiments.step.report import StepSubject
from rollcall.web.view.cells import Drawing, shaded
from rollcall.web.view.step.thing_words import in_words


@dataclass(frozen=True)
class Variable:
    """One row."""

    name: str
    value: str
    graph: str  # of a tensor: whether backward passes it
    in_graph: bool
    drawing: Drawing | None
    described: str
    changed: bool


def variables_table(subject: StepSubject, report: StepReport) -> list[Variable]:
    """The rows of a side; the shades mean the same numbers on both."""
    if subject.moment is None:
        return []
    reach = _reach(report)
    return [
        Variable(
            name=each.name,
            value=_value(each),
            graph=graph_of(each),
            in_graph=each.in_graph,
            drawing=_drawing(each.picture, reach),
            described=f"{each.name}, its first numbers",
            changed=each.name in subject.changed_variables,
        )
        for each in subject.moment.variables
    ]


def _reach(report: StepReport) -> float:
    largest = 0.0
    for subject in (report.left, report.right):
        if subject.moment is None:
            continue
        for each in subject.moment.variables:
            if each.picture:
                finite = filter(isfinite, map(abs, each.picture.values))
                largest = max([largest, *finite])
    return largest


def _value(local: Local) -> str:
    said = in_words(local.value)
    if local.dtype and local.dtype != "float32":
        return f"{said} {local.dtype}"
    return said


def graph_of(local: Local) -> str:
    """How a tensor belongs to the graph."""
    if not local.dtype:
        return ""
    if local.made_by:
        return f"by {local.made_by}"
    if local.in_graph:
        return "asks for a gradient"
    return "not in the graph"


def _drawing(picture: TensorPicture | None, reach: float) -> Drawing | None:
    if picture is None:
        return None
    return shaded(picture.values, (), picture.columns, reach)
