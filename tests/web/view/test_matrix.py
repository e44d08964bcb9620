"""The blackboard says which numbers make the chosen cell of y, and which answers are wrong."""

from math import nan

from rollcall.core.report import Raised
from rollcall.experiments.layers.experiment import LayersQuery, LayersReport, LayersSubject
from rollcall.experiments.layers.matrix import MatrixPicture, SmallCase
from rollcall.web.view.matrix import Board, Matrix, board
from web.view.entries import card

PICTURE = MatrixPicture(
    x=((0.5, -1.0), (1.0, 2.0)),
    weight=((1.0, -0.0), (0.0, -0.5)),
    weight_t=((1.0, 0.0), (-0.0, -0.5)),
    bias=(0.1, -0.2),
    y=((0.6, 0.3), (1.1, -1.2)),
    row=1,
    column=1,
)
RIGHT = SmallCase(y=PICTURE.y, agrees=((True, True), (True, True)))
WRONG = SmallCase(y=((0.6, 0.3), (nan, 7.0)), agrees=((True, True), (False, False)))


def subject(name: str, small: SmallCase | None) -> LayersSubject:
    return LayersSubject(card=card(name), small=small)


def raised(error: Exception) -> SmallCase:
    return SmallCase(raised=Raised.of(error))


def drawn(left: LayersSubject, right: LayersSubject) -> Board:
    report = LayersReport(
        query=LayersQuery(),
        left=left,
        right=right,
        matrix=PICTURE,
        tolerance=(0.0, 0.0),
        tolerance_double=(0.0, 0.0),
    )
    return board(PICTURE, report)


def texts(matrix: Matrix) -> list[list[str]]:
    return [[cell.text for cell in row] for row in matrix.rows]


def traced(matrix: Matrix) -> list[tuple[int, int]]:
    return [(cell.row, cell.column) for row in matrix.rows for cell in row if cell.traced]


def off(matrix: Matrix) -> list[tuple[int, int]]:
    return [(cell.row, cell.column) for row in matrix.rows for cell in row if cell.off]


def test_a_cell_of_y_is_traced_to_its_row_and_its_column() -> None:
    shown = drawn(subject("Net", RIGHT), subject("Other", None))
    assert traced(shown.x) == [(1, 0), (1, 1)]
    assert traced(shown.weight) == [(1, 0), (1, 1)]
    assert traced(shown.weight_t) == [(0, 1), (1, 1)]
    assert traced(shown.bias) == [(0, 1)]
    assert [traced(answer) for answer in shown.answers] == [[(1, 1)]] * 2


def test_the_sum_is_that_of_the_cell() -> None:
    shown = drawn(subject("Net", RIGHT), subject("Other", None))
    assert shown.products == (("1.0", "0.0"), ("2.0", "(−0.5)"))
    assert (shown.last, shown.total) == ("(−0.2)", "−1.20")


def test_what_nn_linear_does_not_answer_is_wrong() -> None:
    shown = drawn(subject("Net", WRONG), subject("Other", RIGHT))
    assert [answer.note for answer in shown.answers] == ["nn.Linear", "Net", "Other"]
    assert [answer.key for answer in shown.answers] == ["theirs", "own-1", "own-2"]
    assert [off(answer) for answer in shown.answers] == [[], [(1, 0), (1, 1)], []]
    assert texts(shown.answers[1]) == [["0.60", "0.30"], ["NaN", "7.00"]]
    told = [(each.name, each.kind, each.told) for each in shown.outcomes]
    assert told == [("Net", "wrong", "7.00"), ("Other", "right", "−1.20")]


def test_a_layer_that_raises_has_no_y() -> None:
    shown = drawn(
        subject("Net", raised(NotImplementedError())), subject("Other", raised(ValueError("no")))
    )
    assert [answer.note for answer in shown.answers] == ["nn.Linear"]
    told = [(each.name, each.kind, each.told) for each in shown.outcomes]
    assert told == [("Net", "todo", ""), ("Other", "raised", "ValueError")]


def test_the_same_layer_on_both_sides_is_shown_once() -> None:
    assert len(drawn(subject("Net", RIGHT), subject("Net", RIGHT)).outcomes) == 1
    assert drawn(subject("Net", None), subject("Net", None)).outcomes == ()
