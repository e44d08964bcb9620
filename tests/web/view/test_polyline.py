"""A line goes through every number, and breaks where there is none."""

from math import inf, isfinite, nan

from hypothesis import given
from hypothesis import strategies as st

from rollcall.web.view.axis import Axis
from rollcall.web.view.polyline import polyline, polylines, runs, sparkline

X, Y = Axis(0, 4, 0, 40), Axis(0, 1, 10, 0)


def test_points_are_written_as_svg_takes_them() -> None:
    assert polyline([(0.0, 1.5), (10.0, 20.0)]) == "0,1.5 10,20"
    assert polyline([(0.4, 1.6)], ".0f") == "0,2"


def test_a_line_breaks_where_there_is_no_number() -> None:
    assert polylines([0.0, 1.0, nan, 0.5, inf], X, Y) == ("0,10 10,0", "30,5")
    assert polylines([], X, Y) == polylines([nan], X, Y) == ()


@given(st.lists(st.sampled_from([0.0, 1.0, nan, inf])))
def test_runs_hold_each_number_once(values: list[float]) -> None:
    found = list(runs(map(isfinite, values)))
    steps = [step for run in found for step in run]
    assert steps == [i for i, value in enumerate(values) if value in (0.0, 1.0)]
    for run in found:
        assert run == list(range(run[0], run[-1] + 1))
        assert run[0] == 0 or run[0] - 1 not in steps


def test_a_sparkline_needs_two_numbers() -> None:
    assert (
        sparkline([]) == sparkline([1.0]) == sparkline([0.0, 0.0]) == sparkline([None, 1.0]) == ""
    )
    assert sparkline([0.0, 1.0, nan]) == "0,20 90,2"


def test_a_long_sparkline_has_some_of_its_points() -> None:
    points = sparkline([float(n) for n in range(500)]).split()
    assert len(points) == 24
    assert (points[0], points[-1]) == ("0,20", "90,2")
