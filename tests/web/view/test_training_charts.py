"""A training's pictures hold what they are given; a step looks the same whatever follows."""

from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from rollcall.web.view.training_charts import DOT, SIDE, answers, loss_curves

NUMBERS = st.floats(-1e30, 1e30)
ANSWERS = st.lists(
    st.tuples(NUMBERS, NUMBERS | st.just(nan) | st.just(inf) | st.just(-inf)), max_size=48
)


def test_the_axis_stands_still_while_a_loss_falls() -> None:
    ticks = {loss_curves([[0.8, 0.79], [0.8, loss]], 4).y_ticks for loss in (0.8, 0.3, 0.0)}
    assert len(ticks) == 1
    assert not loss_curves([[0.8], [0.8, 0.001]], 4).logarithmic


def test_the_axis_is_logarithmic_once_a_loss_explodes() -> None:
    drawn = loss_curves([[0.8], [0.8, 0.4, 30.0, inf, nan]], 4)
    assert drawn.logarithmic
    assert [line.broken for line in drawn.lines] == [False, True]


def test_curves_without_a_number_are_no_error() -> None:
    for left, right in (([], []), ([nan], [inf]), ([], [0.0])):
        assert len(loss_curves([left, right], 4).lines) == 2


def test_a_perfect_answer_stands_on_the_diagonal() -> None:
    drawn = answers([-1.0, 0.0, 0.5], [-1.0, 0.0, 0.5])
    assert all(abs(x + y - SIDE) < 0.2 for x, y in drawn.inside)
    assert (drawn.off, drawn.numberless, drawn.outside) == (0, 0, ())


def test_one_answer_to_everything_stands_on_a_level() -> None:
    drawn = answers([-1.0, 0.0, 0.5], [0.0, 0.0, 0.0])
    assert {y for _, y in drawn.inside} == {SIDE / 2}
    assert drawn.off == 0.5


@given(ANSWERS)
def test_each_answer_is_in_the_square_or_on_its_edge_or_no_number(
    pairs: list[tuple[float, float]],
) -> None:
    drawn = answers([wanted for wanted, _ in pairs], [answered for _, answered in pairs])
    assert len(drawn.inside) + len(drawn.outside) + drawn.numberless == len(pairs)
    assert all(0 <= place <= SIDE for point in drawn.inside for place in point)
    assert all(DOT <= y <= SIDE - DOT for _, y in drawn.outside)


def test_what_was_not_answered_is_not_drawn() -> None:
    assert answers([1.0, 2.0], []).inside == answers([], []).inside == ()


def test_a_thin_line_has_no_label_and_shares_the_axis() -> None:
    drawn = loss_curves([[1.0, 0.5], [1.0, 0.4]], 1, thin=[[4.0, 0.1], [4.0, 0.2]])
    assert len(drawn.lines) == len(drawn.thin) == 2
    assert drawn.y_ticks[-1].text == "4"
