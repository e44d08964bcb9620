"""A linear layer on the blackboard: its matrices as tables, and one cell of y traced back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.layers.experiment import LayersReport, LayersSubject
from rollcall.experiments.layers.matrix import MatrixPicture, Rows
from rollcall.web.view.numerals import hundredths, tenths

Where = Callable[[int, int], bool]  # of a row and a column
Agrees = tuple[tuple[bool, ...], ...]
Kind = Literal["right", "wrong", "raised", "todo"]


@dataclass(frozen=True)
class Cell:
    """A number of a matrix."""

    row: int
    column: int
    text: str
    traced: bool  # the chosen cell of y, or one that it is computed from
    off: bool = False  # not what nn.Linear answers


@dataclass(frozen=True)
class Matrix:
    """A table of numbers."""

    name: str
    note: str  # its axes, or which layer answers so
    rows: tuple[tuple[Cell, ...], ...]
    key: str = ""  # for the ids of cells that can be chosen


@dataclass(frozen=True)
class Outcome:
    """What one's own layer gives for the cell that is traced."""

    name: str
    kind: Kind
    told: str  # the number, or the type of what was raised


@dataclass(frozen=True)
class Board:
    """All that is drawn, from left to right, and the sum below it."""

    weight: Matrix
    x: Matrix
    weight_t: Matrix
    bias: Matrix
    answers: tuple[Matrix, ...]  # nn.Linear's first
    products: tuple[tuple[str, str], ...]  # which are added up
    last: str  # of the bias, added to them
    total: str
    outcomes: tuple[Outcome, ...]


def board(picture: MatrixPicture, report: LayersReport) -> Board:
    """The numbers of a picture, and what the layers of both sides make of them."""
    row, column = picture.row, picture.column
    subjects = _linear_ones(report)
    factors = zip(picture.x[row], picture.weight[column], strict=True)
    return Board(
        weight=_matrix("weight", "(out, in)", picture.weight, lambda i, _: i == column),
        x=_matrix("x", "(batch, in)", picture.x, lambda i, _: i == row),
        weight_t=_matrix("weight.T", "(in, out)", picture.weight_t, lambda _, j: j == column),
        bias=_matrix("bias", "(out)", (picture.bias,), lambda _, j: j == column),
        answers=_answers(picture, subjects),
        products=tuple((_signed(a), _signed(b)) for a, b in factors),
        last=_signed(picture.bias[column]),
        total=hundredths(picture.y[row][column]),
        outcomes=tuple(_outcome(subject, row, column) for subject in subjects),
    )


def _linear_ones(report: LayersReport) -> list[LayersSubject]:
    """Those that were given the numbers; the same layer on both sides is shown once."""
    by_name = {subject.card.name: subject for subject in (report.left, report.right)}
    return [subject for subject in by_name.values() if subject.small]


def _matrix(name: str, axes: str, rows: Rows, traced: Where) -> Matrix:
    cells = []
    for i, values in enumerate(rows):
        cells.append(tuple(Cell(i, j, tenths(x), traced(i, j)) for j, x in enumerate(values)))
    return Matrix(name, axes, tuple(cells))


def _answers(picture: MatrixPicture, subjects: Sequence[LayersSubject]) -> tuple[Matrix, ...]:
    """The y of every layer that gives one."""
    answers = [_answer("nn.Linear", "theirs", picture, picture.y)]
    for subject in subjects:
        small = subject.small
        if small and small.y:
            name, key = subject.card.class_name, f"own-{len(answers)}"
            answers.append(_answer(name, key, picture, small.y, small.agrees))
    return tuple(answers)


def _answer(name: str, key: str, picture: MatrixPicture, y: Rows, agrees: Agrees = ()) -> Matrix:
    rows = []
    for i, values in enumerate(y):
        cells = []
        for j, value in enumerate(values):
            traced = (i, j) == (picture.row, picture.column)
            off = bool(agrees) and not agrees[i][j]
            cells.append(Cell(i, j, hundredths(value), traced, off))
        rows.append(tuple(cells))
    return Matrix("y", name, tuple(rows), key)


def _outcome(subject: LayersSubject, row: int, column: int) -> Outcome:
    name, small = subject.card.class_name, subject.small
    assert small
    if small.y:
        kind: Kind = "right"
        if not small.agrees[row][column]:
            kind = "wrong"
        return Outcome(name, kind, hundredths(small.y[row][column]))
    assert small.raised
    if small.raised.type == "NotImplementedError":
        return Outcome(name, "todo", "")
    return Outcome(name, "raised", small.raised.type)


def _signed(value: float) -> str:
    """As a factor: in brackets where it is negative."""
    if value < 0:
        return f"({tenths(value)})"
    return tenths(value)
