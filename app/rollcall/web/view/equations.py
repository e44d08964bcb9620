"""What happened to each number of a dropout's input, written as the equation that a class reads."""

from dataclasses import dataclass
from math import isnan

from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.numerals import printed


@dataclass(frozen=True)
class Equations:
    """Each equation once, and which one holds for a cell: 2,048 cells have about a hundred."""

    texts: tuple[
        tuple[str, ...], ...
    ]  # for each input that occurs, one for each thing that became of it
    inputs: tuple[
        int, ...
    ]  # for each cell, row by row; the same on two sides that are given the same
    fates: tuple[int, ...]

    @property
    def lists(self) -> tuple[str, str]:
        """`inputs` and `fates` as words, which a template would take long to join."""
        return " ".join(map(str, self.inputs)), " ".join(map(str, self.fates))

    def at(self, cell: int) -> str:
        """The equation of one cell, counted row by row; nothing where there is no cell."""
        return self.texts[self.inputs[cell]][self.fates[cell]] if cell < len(self.inputs) else ""


def equations(subject: DropoutSubject) -> Equations:
    """Input × mask × scale = output, with the numbers of every cell that is shown."""
    cells = subject.cells
    if cells is None:
        return Equations((), (), ())
    place_of: dict[object, tuple[int, int]] = {}
    row_of: dict[object, int] = {}
    texts: list[list[str]] = []
    which = []
    for cell in zip(cells.input, cells.factor, cells.output, strict=True):
        key = tuple(map(_comparable, cell))
        if key not in place_of:
            given = _comparable(cell[0])
            if given not in row_of:
                row_of[given] = len(texts)
                texts.append([])
            row = texts[row_of[given]]
            place_of[key] = (row_of[given], len(row))
            row.append(_text(subject, *cell))
        which.append(place_of[key])
    inputs, fates = zip(*which, strict=True) if which else ((), ())
    return Equations(tuple(map(tuple, texts)), inputs, fates)


def _comparable(number: float) -> object:
    """The number as a key: NaN is not equal to itself, and would be another one in each cell."""
    return "NaN" if isnan(number) else number


def _text(subject: DropoutSubject, given: float, factor: float, answer: float) -> str:
    x, y = printed(given), printed(answer)
    if subject.passes_on:
        return f"{x} → {y}"
    if subject.scale is None or isnan(factor):
        return f"{x} × {printed(factor)} = {y}"
    if factor == 0 and subject.dropped_to:
        return f"{x} is dropped, and set to {y}"
    scale = printed(subject.scale)
    if subject.shift:
        return (
            f"{x} × {scale} {'−' if subject.shift < 0 else '+'} {printed(abs(subject.shift))} = {y}"
        )
    return f"{x} × {'0' if factor == 0 else '1'} × {scale} = {y}"
