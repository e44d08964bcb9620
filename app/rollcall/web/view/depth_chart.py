"""What goes through a deep net, as two charts: activations forward, gradients back."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from math import isfinite

from rollcall.web.view.axis import Axis, Frame, round_counts
from rollcall.web.view.chart import Chart, chart

HALF = Frame(width=588, height=180, left=88, right=430, top=12, bottom=152)


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
    values = list(filter(isfinite, chain(*forward, *backward)))
    shown = [*band, *(value for value in values if value > 0)]
    extent = min(shown), max(shown)
    steps = len(forward[0]) - 1

    def drawn(lines: Sequence[Sequence[float]]) -> Chart:
        return chart(lines, steps, extent, frame=HALF, band=band, zero=0.0 in values)

    from_right = Axis(0, steps, HALF.right, HALF.left)
    mirrored = drawn([line[::-1] for line in backward])
    return drawn(forward), replace(mirrored, x_ticks=from_right.ticks(round_counts(steps)))
