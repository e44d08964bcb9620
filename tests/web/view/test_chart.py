"""A chart holds what it is given, and says so in numbers that can be read."""

from itertools import pairwise
from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from rollcall.web.view.axis import Frame
from rollcall.web.view.chart import LABEL, chart

WIDE = Frame(width=750, height=212, left=84, right=508, top=12, bottom=184)

LOSSES = st.lists(st.floats(1e-30, 1e30) | st.just(nan) | st.just(inf), max_size=40)


def test_a_small_range_is_linear_and_starts_at_zero() -> None:
    drawn = chart([[1.0, 0.5]], 1, (0.5, 1.0), frame=WIDE)
    assert not drawn.logarithmic
    assert drawn.y_ticks[0].text == "0"
    assert drawn.y_ticks[0].at == drawn.bottom


def test_a_wide_range_is_logarithmic() -> None:
    drawn = chart([[10.0, 0.1]], 1, (0.1, 10.0), frame=WIDE)
    assert drawn.logarithmic
    places = {tick.text: tick.at for tick in drawn.y_ticks}
    assert abs((places["0.1"] - places["1"]) - (places["1"] - places["10"])) < 0.2


def test_a_line_breaks_where_there_is_no_number() -> None:
    (line,) = chart([[1.0, 2.0, nan, 3.0, inf]], 4, (1.0, 3.0), frame=WIDE).lines
    assert [piece.count(",") for piece in line.pieces] == [2, 1]
    assert line.broken
    (whole,) = chart([[1.0, 2.0]], 4, (1.0, 3.0), frame=WIDE).lines
    assert not whole.broken


def test_the_axis_ends_with_the_training_and_not_with_what_is_shown() -> None:
    short, long = (chart([losses], 10, (0.0, 1.0), frame=WIDE) for losses in ([1.0], [1.0] * 11))
    assert short.x_ticks == long.x_ticks
    assert short.x_ticks[-1].text == "10"


def test_a_band_has_its_name_where_there_is_room() -> None:
    wide = chart([[0.5]], 1, (0.0, 1.0), frame=WIDE, band=(0.2, 0.8)).band
    thin = chart([[0.5]], 1, (0.0, 1.0), frame=WIDE, band=(0.5, 0.52)).band
    assert wide
    assert thin
    assert (wide.has_room, thin.has_room) == (True, False)
    assert round(wide.top + wide.height, 1) == wide.bottom < WIDE.bottom


def test_a_chart_without_a_value_has_its_labels_beside_its_start() -> None:
    drawn = chart([[], []], 50, None, frame=WIDE)
    assert drawn.label == chart([[1.0], []], 50, (0.0, 1.0), frame=WIDE).label


@given(LOSSES, LOSSES, st.integers(0, 500))
def test_nothing_leaves_the_chart_and_labels_keep_apart(
    left: list[float], right: list[float], more: int
) -> None:
    steps = max(len(left), len(right), 1) - 1 + more
    finite = [value for value in (*left, *right) if value < inf]
    drawn = chart([left, right], steps, (min(finite), max(finite)) if finite else None, frame=WIDE)
    points = [
        point.split(",") for line in drawn.lines for piece in line.pieces for point in piece.split()
    ]
    assert all(
        drawn.left <= float(x) <= drawn.right and drawn.top <= float(y) <= drawn.bottom
        for x, y in points
    )
    assert len(points) == len(finite)
    a, b = (line.label for line in drawn.lines)
    assert abs(a - b) >= LABEL - 0.2
    assert all(LABEL / 2 <= place <= WIDE.height for place in (a, b))
    assert 0 <= drawn.label <= WIDE.width
    places = [tick.at for tick in drawn.y_ticks]
    assert 2 <= len(places) <= 8
    assert all(before - after >= 16 for before, after in pairwise(places))
