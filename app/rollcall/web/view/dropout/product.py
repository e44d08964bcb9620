"""Input × mask × scale = output, as the equation under a headline."""

from dataclasses import dataclass
from typing import Literal

from rollcall.experiments.dropout.experiment import DropoutReport
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.cells import Drawing, masked, shaded
from rollcall.web.view.equations import Equations, equations


@dataclass(frozen=True)
class Factors:
    """What stands between mask and output."""

    texts: tuple[str, ...]  # "× 2.00" and perhaps "+ 0.30"; none where no one number is known
    note: str  # what the scale is, or what it should be


@dataclass(frozen=True)
class Product:
    """One draw, cell by cell."""

    mask: Drawing | None  # None where none was drawn
    mask_name: str
    factors: Factors
    output: Drawing
    mark: Literal["", "cross", "mark"]  # how dropped cells are marked in the output
    equations: Equations
    cell: tuple[int, int]  # that is followed
    index: int  # of that cell, row by row
    where: str  # it is, as a class counts


def product(report: DropoutReport, side: Literal["left", "right"]) -> Product:
    """Of a side whose mask was read."""
    subject: DropoutSubject = getattr(report, side)
    cells = subject.cells
    assert cells
    mask = None
    if not subject.passes_on:
        mask = masked(cells.factor, cells.columns)
    row, column = followed(subject, report.query)
    return Product(
        mask=mask,
        mask_name=f"mask: {subject.dropped[-1]} of {subject.n_trials} dropped",
        factors=_factors(subject),
        output=shaded(cells.output, cells.factor, cells.columns, report.max_abs),
        mark=_mark(subject),
        equations=equations(subject),
        cell=(row, column),
        index=row * cells.columns + column,
        where=f"row {row + 1}, column {column + 1}",
    )


def given(subject: DropoutSubject, report: DropoutReport) -> Drawing:
    """The input, in shades that are the same on both sides."""
    assert subject.cells
    return shaded(subject.cells.input, (), subject.cells.columns, report.max_abs)


def followed(subject: DropoutSubject, query: DropoutQuery) -> tuple[int, int]:
    """Row and column of the cell that is followed."""
    assert subject.cells
    return query.cell_in(subject.cells.rows, subject.cells.columns)


def _mark(subject: DropoutSubject) -> Literal["", "cross", "mark"]:
    """Crossed out; where it is not 0, what became of it can be seen through the mark."""
    assert subject.cells
    if not subject.dropped[-1]:
        return ""
    if subject.cells.dropped_are_zero:
        return "cross"
    return "mark"


def _factors(subject: DropoutSubject) -> Factors:
    if subject.scale is None or subject.passes_on:
        return Factors((), "")
    texts = [f"× {subject.scale:.2f}"]
    if subject.shift < 0:
        texts.append(f"− {-subject.shift:.2f}")
    elif subject.shift:
        texts.append(f"+ {subject.shift:.2f}")
    return Factors(tuple(texts), _note(subject))


def _note(subject: DropoutSubject) -> str:
    p = subject.p
    if p is None or subject.keeps_mean is None:
        return ""
    if subject.keeps_mean and p:
        return "1/(1 − p)"
    if not subject.keeps_mean and p < 1:
        return f"not {1 / (1 - p):.2f}"
    return ""
