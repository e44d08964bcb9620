"""An axis places what it is given between its ends, and names round values."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rollcall.web.view.axis import (
    Axis,
    Frame,
    LogAxis,
    multiples,
    multiples_around,
    nice,
    round_counts,
    round_step,
)

SIZES = st.floats(1e-30, 1e30)
RANGES = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6)).map(lambda r: (r[0], r[0] + r[1]))


def test_the_ends_of_an_axis_are_those_of_its_frame() -> None:
    frame = Frame(width=120, height=60, left=20, right=100, top=10, bottom=50)
    x, y = frame.x_axis(0, 4), frame.y_axis(-1.0, 1.0)
    assert [x.at(0), x.at(1), x.at(4)] == [20, 40, 100]
    assert [y.at(-1.0), y.at(0.0), y.at(1.0)] == [50, 30, 10]


def test_a_coordinate_has_a_tenth() -> None:
    thirds = Axis(0, 3, 0, 10)
    assert thirds.at(1) == 3.3
    assert abs(thirds.exactly_at(1) - 10 / 3) < 1e-12


def test_an_axis_of_one_value_has_a_place_for_it() -> None:
    assert Axis(2.0, 2.0, 50, 80).at(2.0) == 50


def test_each_decade_takes_as_much_room() -> None:
    axis = LogAxis(-2.0, 2.0, 100, 0)
    assert [axis.at(value) for value in (0.01, 0.1, 1.0, 10.0, 100.0)] == [100, 75, 50, 25, 0]
    assert axis.at(0.0) == 100


def test_a_tick_is_written_in_its_format() -> None:
    axis = Axis(0, 2000, 0, 200)
    assert [tick.text for tick in axis.ticks([0, 500, 2000], ",")] == ["0", "500", "2,000"]
    (tick,) = axis.ticks([0.125 * 1000], ".3g")
    assert (tick.at, tick.text) == (12.5, "125")


@given(SIZES)
def test_a_nice_number_is_one_two_or_five_and_not_much_larger(rough: float) -> None:
    step = nice(rough)
    assert f"{step:.0e}"[0] in "125"
    assert 0.999 * rough <= step <= 2.5 * rough


@given(RANGES, st.integers(2, 6))
def test_multiples_lie_within_a_range_and_around_it(ends: tuple[float, float], parts: int) -> None:
    low, high = ends
    step = round_step(low, high, parts)
    within, around = multiples(step, low, high), multiples_around(step, low, high)
    assert all(low - step / 1e6 <= value <= high + step / 1e6 for value in within)
    assert around[0] <= low + step / 1e6
    assert around[-1] >= high - step / 1e6
    assert len(around) <= parts + 3
    assert all(abs(after - before - step) < step / 1e6 for before, after in pairwise(around))


def test_a_range_of_one_value_has_two_multiples_around_it() -> None:
    assert multiples_around(round_step(0.0, 0.0, 4), 0.0, 0.0) == [0.0, round_step(0.0, 0.0, 4)]


@given(st.integers(0, 100_000))
def test_round_counts_begin_at_0_and_are_few(last: int) -> None:
    counts = round_counts(last)
    assert counts[0] == 0
    assert counts[-1] <= last
    assert len(counts) <= 6
