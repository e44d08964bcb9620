"""What happened to each number of a dropout's input, written as the equation that a class reads."""

from dataclasses import dataclass
from math import isnan

from rollcall.experiments.dropout.report import DropoutSubject
from rollcall.web.view.numerals import printed


@dataclass(frozen=True)
class Equations:
    """Each equation once, and which one holds for a cell: 2,048 cells have about a hundred."""

    # For each input that occurs, one equation for each thing that became of it.
    texts: tuple[tuple[str, ...], ...]
    # For each cell, row by row; the same on two sides that are given the same.
    inputs: tuple[int, ...]
    fates: tuple[int, ...]

    @property
    def lists(self) -> tuple[str, str]:
        """`inputs` and `fates` as words, which a template would take long to join."""
        return " ".join(map(str, self.inputs)), " ".join(map(str, self.fates))

    def at(self, cell: int) -> str:
        """The equation of one cell, counted row by row; nothing where there is no cell."""
        if cell >= len(self.inputs):
            return ""
        return self.texts[self.inputs[cell]][self.fates[cell]]


class Numbering(dict[object, int]):
    """What was met, each with its number: 0, 1, 2 ..."""

    def number(self, key: object) -> int:
        """That of a key, which may be new."""
        return self.setdefault(key, len(self))


def equations(subject: DropoutSubject) -> Equations:
    """Input × mask × scale = output, with the numbers of every cell that is shown."""
    cells = subject.cells
    if cells is None:
        return Equations((), (), ())
    known_inputs = Numbering()
    known_fates: list[Numbering] = []  # of each input
    texts: list[list[str]] = []
    all_cells = list(zip(cells.input, cells.factor, cells.output, strict=True))
    row_of: dict[tuple[float, ...], int] = {}
    fate_of: dict[tuple[float, ...], int] = {}
    for cell in dict.fromkeys(all_cells):  # each once; of those with NaN, each
        given, factor, answer = cell
        row = known_inputs.number(_comparable(given))
        if row == len(texts):
            known_fates.append(Numbering())
            texts.append([])
        fate = known_fates[row].number((_comparable(factor), _comparable(answer)))
        if fate == len(texts[row]):
            texts[row].append(_text(subject, given, factor, answer))
        row_of[cell] = row
        fate_of[cell] = fate
    return Equations(
        texts=tuple(map(tuple, texts)),
        inputs=tuple(map(row_of.__getitem__, all_cells)),
        fates=tuple(map(fate_of.__getitem__, all_cells)),
    )


def _comparable(number: float) -> object:
    """The number as a key: NaN is not equal to itself, and would be another one in each cell."""
    if isnan(number):
        return "NaN"
    return number


def _text(subject: DropoutSubject, given: float, factor: float, answer: float) -> str:
    x, y = printed(given), printed(answer)
    if subject.passes_on:
        return f"{x} → {y}"
    if subject.scale is None or isnan(factor):
        return f"{x} × {printed(factor)} = {y}"
    if factor == 0 and subject.dropped_to:
        return f"{x} is dropped, and set to {y}"
    scale = printed(subject.scale)
    if subject.shift < 0:
        return f"{x} × {scale} − {printed(-subject.shift)} = {y}"
    if subject.shift:
        return f"{x} × {scale} + {printed(subject.shift)} = {y}"
    if factor == 0:
        return f"{x} × 0 × {scale} = {y}"
    return f"{x} × 1 × {scale} = {y}"
