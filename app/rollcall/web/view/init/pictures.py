"""The histograms of a column, and the two charts below both columns."""

from dataclasses import dataclass
from typing import Literal

from rollcall.core.tensors.tensor_stats import TensorFacts
from rollcall.experiments.init.column import InitColumn, Signal
from rollcall.experiments.init.experiment import InitReport
from rollcall.web.view.chart import Chart
from rollcall.web.view.depth_chart import depth_charts
from rollcall.web.view.init.headline import verdict
from rollcall.web.view.init.names import SHORT, healthy_range, std_text
from rollcall.web.view.numerals import significant


@dataclass(frozen=True)
class Picture:
    """The activations of one layer."""

    facts: TensorFacts
    layer: str
    max_abs: str
    range: str  # or why there is none


@dataclass(frozen=True)
class Line:
    """One init in a chart, beside its curve."""

    name: str
    value: str
    verdict: Literal["good", "bad"]


@dataclass(frozen=True)
class Curves:
    """One chart."""

    drawn: Chart
    title: str
    description: str
    lines: list[Line]
    band: str


def pictures(column: InitColumn) -> list[Picture]:
    """From the first layer to the last."""
    return [_picture(picture.layer, picture.facts) for picture in column.pictures]


def depth_curves(report: InitReport) -> tuple[Curves, Curves]:
    """Activations forward, then gradients back; each line is named where it ends."""
    depth = report.query.depth
    forward = (report.left.forward, report.right.forward)
    backward = (report.left.backward, report.right.backward)
    up, down = depth_charts(_stds(forward), _stds(backward), report.healthy)
    return (
        _curves(
            report,
            up,
            f"Activations on their way forward, from the input to layer {depth}",
            forward,
            depth,
        ),
        _curves(
            report,
            down,
            f"Gradients on their way back, from layer {depth} to the input",
            backward,
            0,
        ),
    )


def _stds(signals: tuple[Signal, Signal]) -> list[tuple[float, ...]]:
    return [signal.std for signal in signals]


def _picture(layer: int, facts: TensorFacts) -> Picture:
    max_abs = significant(facts.max_abs)
    told = f"±{max_abs}"
    if facts.not_finite:
        told = "overflow"
    elif facts.max_abs == 0:
        told = "all 0"
    return Picture(facts, f"layer {layer}", max_abs, told)


def _curves(
    report: InitReport, drawn: Chart, title: str, signals: tuple[Signal, Signal], last: int
) -> Curves:
    lines, told = [], []
    for column, signal in zip((report.left, report.right), signals, strict=True):
        name, value = SHORT[column.init], std_text(signal.std[last])
        lines.append(Line(name, value, verdict(signal.outcome)))
        told.append(f"{name}: {signal.outcome}, {value} at layer {last}.")
    return Curves(drawn, title, " ".join(told), lines, f"healthy: {healthy_range(report)}")
