"""Grids of numbers as few shapes: a path for each shade, whatever the number of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, zip_longest
from math import isnan

SHADES = 5  # on either side of zero
KEPT, DROPPED, ODD = "kept", "dropped", "odd"
UNIT = 20  # width of a cell in the coordinates of a drawing
HALL = (236, 142)  # pixels that a drawing has at 1280 × 720, across and down
LEGIBLE = 16  # pixels of the smallest number that is printed
DIGIT = 0.58  # width of a digit, where the height of its line is 1
COVERED = 0.86  # of a cell's width, at most, by its number


@dataclass(frozen=True)
class Number:
    """A number that is printed in its cell."""

    x: int
    y: int
    text: str
    strong: bool  # on a dark shade


@dataclass(frozen=True)
class Drawing:
    """A grid of cells, one unit wide and high; the first row lies at y = 0."""

    rows: int
    columns: int
    shades: tuple[
        tuple[str, str], ...
    ]  # a class, and the path of its cells, drawn as strokes one unit wide
    gaps: str  # path of the lines between the cells; empty where they are too many
    numbers: tuple[Number, ...]  # none where they could not be read
    size: float  # of the numbers

    @property
    def unit(self) -> int:
        """By how much the paths are enlarged."""
        return UNIT


@lru_cache(maxsize=32)
def shaded(
    values: tuple[float, ...], factor: tuple[float, ...], columns: int, reach: float
) -> Drawing:
    """Values from -reach to reach as eleven shades; what is no number has a class of its own.

    Only 0 looks like 0, and what lies beyond the reach looks like the reach. A 0 whose factor is 0
    is not printed: the cross on a dropped cell says it. An input has no factor.
    """
    steps = SHADES / reach if reach else 0.0

    def shade(value: float) -> str:
        if isnan(value * steps):
            return ODD
        if value == 0:
            return "z"
        level = max(1, round(min(SHADES, abs(value) * steps)))
        return f"p{level}" if value > 0 else f"n{level}"

    known = {value: shade(value) for value in set(values)}
    shades = [known[value] for value in values]
    texts: Sequence[str] = ()
    if _fits(1, len(values), columns):
        texts = [
            "" if value == by == 0 else printed(value) for value, by in zip_longest(values, factor)
        ]
    return _drawing(shades, texts, columns, max(known.values(), key=shades.count, default="z"))


@lru_cache(maxsize=32)
def masked(factor: tuple[float, ...], columns: int) -> Drawing:
    """Which cells were kept, and which were multiplied by 0.

    Factors are printed where they are not all the same.
    """
    several = len({by for by in factor if by and not isnan(by)}) > 1
    kinds = [DROPPED if by == 0 else ODD if isnan(by) else KEPT for by in factor]
    texts: Sequence[str] = ()
    if _fits(1, len(factor), columns):
        texts = ["" if by == 0 else printed(by) if several or isnan(by) else "1" for by in factor]
    return _drawing(kinds, texts, columns, KEPT)


def printed(value: float) -> str:
    """Up to four digits that count, as one reads them aloud: 1, −1.3, 0.7792, NaN, ∞."""
    text = f"{value:.4g}".replace("inf", "∞").replace("nan", "NaN").replace("e+", "e")
    return text.replace("-0", "0") if text == "-0" else text.replace("-", "−")


def _drawing(classes: Sequence[str], texts: Sequence[str], columns: int, ground: str) -> Drawing:
    rows = len(classes) // columns if columns else 0
    longest = max(map(len, texts), default=0) or 1
    return Drawing(
        rows,
        columns,
        tuple(_paths(classes, columns, ground)),
        _gaps(rows, columns) if _pixels(len(classes), columns) > 7 else "",
        tuple(_numbers(classes, texts, columns))
        if texts and _fits(longest, len(classes), columns)
        else (),
        round(_size(longest) * UNIT, 1),
    )


def _pixels(cells: int, columns: int) -> float:
    """Width of a cell in a hall."""
    rows = cells // columns if columns else 0
    return min(HALL[0] / (columns or 1), HALL[1] / (rows or 1))


def _size(longest: int) -> float:
    """Of a number with so many digits, as a share of its cell's height."""
    return min(0.72, COVERED / (DIGIT * longest))


def _fits(longest: int, cells: int, columns: int) -> bool:
    return _size(longest) * _pixels(cells, columns) >= LEGIBLE


def _paths(classes: Sequence[str], columns: int, ground: str) -> Iterable[tuple[str, str]]:
    """One class as the ground of all cells, and upon it, for each other class, its runs of cells.

    A path goes to the first run of a row, and from there on step by step: that compresses well.
    """
    rows = len(classes) // columns if columns else 0
    paths = {ground: [f"M0 {row}h{columns}" for row in range(rows)]}
    for row in range(rows):
        column, ends = 0, dict[str, int]()
        for kind, cells in groupby(classes[row * columns : (row + 1) * columns]):
            width = len(list(cells))
            if kind != ground:
                start = f"m{column - ends[kind]} 0" if kind in ends else f"M{column} {row}"
                paths.setdefault(kind, []).append(f"{start}h{width}")
                ends[kind] = column + width
            column += width
    return ((kind, "".join(runs)) for kind, runs in paths.items())


def _gaps(rows: int, columns: int) -> str:
    down = "".join(f"M{column} -.5v{rows}" for column in range(1, columns))
    return down + "".join(f"M0 {row - 0.5:g}h{columns}" for row in range(1, rows))


def _numbers(classes: Sequence[str], texts: Sequence[str], columns: int) -> Iterable[Number]:
    for index, (kind, text) in enumerate(zip(classes, texts, strict=True)):
        if not text:
            continue
        row, column = divmod(index, columns)
        strong = kind in (
            KEPT,
            *(f"{sign}{level}" for sign in "pn" for level in range(3, SHADES + 1)),
        )
        yield Number(column * UNIT + UNIT // 2, row * UNIT + UNIT // 2, text, strong)
