"""An activation and its reference as two panels: the values, and the derivatives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.layers.experiment import LayersSubject
from rollcall.web.view.curve_chart import CurveChart, Gap, curve_chart
from rollcall.web.view.layer_evidence import small
from rollcall.web.view.layers.checks import NOT_WRITTEN
from rollcall.web.view.numerals import significant

ROOM = 40  # that "NaN" takes


@dataclass(frozen=True)
class GapName:
    """What stands where a curve is no number, in the gap or beside it."""

    at: float
    side: Literal["", "before", "after"]
    text: str


@dataclass(frozen=True)
class Panel:
    """Two curves, and their difference."""

    name: str
    title: str
    description: str
    drawn: CurveChart
    difference: str
    quiet: bool  # they differ by rounding
    gap_names: list[GapName]


@dataclass(frozen=True)
class Curves:
    """Both panels, and why one of the curves may be missing."""

    missing: str
    panels: tuple[Panel, Panel]


def curves(subject: LayersSubject, rounding: float) -> Curves:
    """Of an activation; differences of up to `rounding` are drawn quietly."""
    drawn = subject.curves
    assert drawn
    actual, expected = drawn.actual, drawn.expected
    missing = ""
    if actual.raised:
        missing = f"raises {actual.raised.type}"
        if actual.raised.type == NOT_WRITTEN:
            missing = "still to be written"
    elif actual.returned:
        missing = f"returns {actual.returned} for {len(drawn.x)} numbers"
    value = curve_chart(drawn.x, actual.values, expected.values)
    slope = curve_chart(drawn.x, actual.slopes, expected.slopes)
    return Curves(
        missing,
        (
            _panel("value", drawn.x, value, bool(actual.values), subject, rounding),
            _panel("derivative", drawn.x, slope, bool(actual.slopes), subject, rounding),
        ),
    )


def _panel(
    name: str,
    x: Sequence[float],
    drawn: CurveChart,
    compared: bool,
    subject: LayersSubject,
    rounding: float,
) -> Panel:
    both = f"{subject.card.class_name} and {subject.card.reference}"
    quiet = drawn.largest <= rounding
    return Panel(
        name=name,
        title=f"{name} of {both} from {x[0]} to {x[-1]}",
        description=_description(drawn, compared, subject.card.class_name),
        drawn=drawn,
        difference=_difference(drawn, compared, quiet),
        quiet=quiet,
        gap_names=[_gap_name(gap, drawn) for gap in drawn.lost],
    )


def _description(drawn: CurveChart, compared: bool, name: str) -> str:
    told = f"There is nothing to draw of {name}"
    if compared:
        told = f"They differ by at most {small(drawn.largest)}"
    if drawn.lost:
        return f"{told}, and {name} is no number in places."
    return f"{told}."


def _difference(drawn: CurveChart, compared: bool, quiet: bool) -> str:
    """What stands over the axis of the difference, which is in its middle."""
    if not compared:
        return "difference"
    if not drawn.largest:
        return "difference: none"
    if quiet:
        return f"difference ±{small(drawn.largest)}, rounding"
    return f"difference ±{small(drawn.largest)}"


def _gap_name(gap: Gap, drawn: CurveChart) -> GapName:
    """Beside a narrow gap it stands on the side where there is more room."""
    text = significant(gap.holds)
    if gap.end - gap.start >= ROOM:
        return GapName(round((gap.start + gap.end) / 2, 1), "", text)
    if gap.start > (drawn.left + drawn.right) / 2:
        return GapName(round(gap.start - 5, 1), "before", text)
    return GapName(round(gap.end + 5, 1), "after", text)
