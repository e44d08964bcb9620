"""What goes through a deep net, as two charts: activations forward, gradients back."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from rollcall.web.view.chart import Chart, Frame, Tick, chart

HALF = Frame(width=588, height=180, left=88, right=158)


def depth_charts(
    forward: Sequence[Sequence[float]],
    backward: Sequence[Sequence[float]],
    band: tuple[float, float],
) -> tuple[Chart, Chart]:
    """Lay out both charts, each in the order in which its layers are met.

    Args:
        forward: for each line its value at layer 0, 1, 2 ...
        backward: the same, and met from the last layer to the first.
        band: ends of the range that is marked.
    """
    values = [value for line in (*forward, *backward) for value in line if isfinite(value)]
    shown = [*band, *(value for value in values if value > 0)]
    steps = len(forward[0]) - 1

    def drawn(lines: Sequence[Sequence[float]]) -> Chart:
        return chart(
            lines, steps, (min(shown), max(shown)), frame=HALF, band=band, zero=0.0 in values
        )

    return drawn(forward), _mirrored(drawn([line[::-1] for line in backward]))


def _mirrored(drawn: Chart) -> Chart:
    """The same with the x axis numbered from right to left."""
    ticks = tuple(
        Tick(round(drawn.left + drawn.right - tick.at, 1), tick.text) for tick in drawn.x_ticks
    )
    return replace(drawn, x_ticks=ticks)
