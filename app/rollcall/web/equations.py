"""What happened to each number of a dropout's input, written as the equation that a class reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

from rollcall.experiments.dropout_subject import DropoutSubject
from rollcall.web.cells import printed


@dataclass(frozen=True)
class Equations:
    """Each equation once, and which one holds for each cell: a grid of 2,048 cells has about a hundred."""

    texts: tuple[str, ...]
    which: tuple[int, ...]

    def at(self, cell: int) -> str:
        """The equation of one cell, counted row by row."""
        return self.texts[self.which[cell]]


def equations(subject: DropoutSubject) -> Equations:
    """Input × mask × scale = output, with the numbers of every cell that is shown."""
    cells = subject.cells
    if cells is None:
        return Equations((), ())
    numbers: dict[str, tuple[int, tuple[float, float, float]]] = {}
    which = []
    for each in zip(cells.input, cells.factor, cells.output, strict=True):
        which.append(numbers.setdefault(repr(each), (len(numbers), each))[0])
    return Equations(tuple(_texts(subject, (each for _, each in numbers.values()))), tuple(which))


def _texts(subject: DropoutSubject, numbers: Iterator[tuple[float, float, float]]) -> Iterator[str]:
    scale = None if subject.scale is None else printed(subject.scale)
    for given, factor, answer in numbers:
        x, y = printed(given), printed(answer)
        if scale is None or isnan(factor):
            yield f"{x} × {printed(factor)} = {y}"
        elif factor == 0 and subject.dropped_to:
            yield f"{x} is dropped, and set to {y}"
        elif subject.shift:
            yield f"{x} × {scale} {'−' if subject.shift < 0 else '+'} {printed(abs(subject.shift))} = {y}"
        else:
            yield f"{x} × {'0' if factor == 0 else '1'} × {scale} = {y}"
