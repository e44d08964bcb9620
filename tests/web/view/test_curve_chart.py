"""Two curves stay in their chart, and what is no number is marked and not drawn."""

from math import inf, isfinite, isnan, nan

from hypothesis import given, settings
from hypothesis import strategies as st

from rollcall.web.view.curve_chart import CurveChart, curve_chart

NUMBERS = st.floats(-1e30, 1e30) | st.sampled_from([nan, inf, -inf, 0.0, 5e-324, 1.0])
CURVES = st.integers(2, 40).flatmap(
    lambda n: st.tuples(*[st.lists(NUMBERS, min_size=n, max_size=n)] * 2)
)


def points(lines: tuple[str, ...]) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for line in lines
        for x, y in (point.split(",") for point in line.split())
    ]


def drawn(mine: list[float], theirs: list[float]) -> CurveChart:
    return curve_chart([float(i) for i in range(len(theirs))], mine, theirs)


@settings(deadline=None)
@given(CURVES)
def test_every_number_is_drawn_and_nothing_leaves_the_chart(
    curves: tuple[list[float], list[float]],
) -> None:
    mine, theirs = curves
    chart = drawn(mine, theirs)
    for values, lines in ((mine, chart.mine), (theirs, chart.theirs)):
        assert len(points(lines)) == sum(map(isfinite, values))
        assert all(
            chart.left <= x <= chart.right and chart.top <= y <= chart.bottom
            for x, y in points(lines)
        )
    assert all(chart.upper <= y <= chart.lower for _, y in points(chart.difference))
    assert 0 < len(chart.y_marks) <= 5
    assert all(chart.top <= mark.at <= chart.bottom for mark in chart.y_marks)
    assert all(chart.left <= gap.start < gap.end <= chart.right for gap in chart.lost)
    assert not any(isfinite(gap.holds) for gap in chart.lost)
    assert bool(chart.lost) == (not all(map(isfinite, mine)))


def test_a_run_of_nan_is_one_gap() -> None:
    chart = drawn([nan, nan, 1.0, 2.0, inf], [0.0] * 5)
    assert len(chart.mine) == 1
    first, last = chart.lost
    assert (first.start, last.end) == (chart.left, chart.right)
    assert first.end < points(chart.mine)[0][0] < points(chart.mine)[-1][0] < last.start
    assert (isnan(first.holds), last.holds) == (True, inf)


def test_the_difference_fills_an_axis_of_its_own() -> None:
    chart = drawn([1.0, 1.001, 0.999], [1.0, 1.0, 1.0])
    assert round(chart.largest, 6) == 0.001
    assert [y for _, y in points(chart.difference)] == [
        (chart.upper + chart.lower) / 2,
        chart.upper,
        chart.lower,
    ]


def test_equal_curves_have_no_difference() -> None:
    chart = drawn([1.0, 2.0], [1.0, 2.0])
    assert chart.largest == 0
    assert {y for _, y in points(chart.difference)} == {(chart.upper + chart.lower) / 2}


def test_without_a_curve_of_ones_own_the_reference_is_drawn() -> None:
    chart = drawn([], [0.0, 1.0])
    assert (chart.mine, chart.difference, chart.lost) == ((), (), ())
    assert len(points(chart.theirs)) == 2
