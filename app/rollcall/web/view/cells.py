"""Grids of numbers as few shapes: a path for each shade, whatever the number of cells."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, zip_longest
from math import isnan

from rollcall.web.view.numerals import printed

SHADES = 5  # on either side of zero
ZERO, ODD, KEPT, DROPPED = "z", "odd", "kept", "dropped"
DARK = (KEPT, "p3", "p4", "p5", "n3", "n4", "n5")  # a number on them is light
UNIT = 20  # width of a cell in the coordinates of a drawing
HALL = (236, 142)  # pixels that a drawing has at 1280 × 720, across and down
LEGIBLE = 16  # pixels of the smallest number that is printed
APART = 7  # pixels of the smallest cell that a line keeps from the next
DIGIT = 0.58  # width of a digit, where the height of its line is 1
COVERED = 0.86  # of a cell's width, at most, by its number


@dataclass(frozen=True)
class Grid:
    """How many cells there are, and how they lie."""

    cells: int
    columns: int

    @property
    def rows(self) -> int:
        """How many there are, the last of them full."""
        return self.cells // max(self.columns, 1)

    @property
    def pixels(self) -> float:
        """Width of a cell in a hall."""
        return min(HALL[0] / max(self.columns, 1), HALL[1] / max(self.rows, 1))

    def has_room(self, longest: int) -> bool:
        """Whether numbers of so many digits could be read."""
        return _size(longest) * self.pixels >= LEGIBLE


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
    # A class, and the path of its cells, drawn as strokes one unit wide.
    shades: tuple[tuple[str, str], ...]
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
    steps = 0.0
    if reach:
        steps = SHADES / reach
    shade_of = {value: _shade(value, steps) for value in set(values)}
    shades = [shade_of[value] for value in values]
    counts = Counter(shades)
    most = max(shade_of.values(), key=counts.__getitem__, default=ZERO)
    grid = Grid(len(values), columns)
    texts = []
    if grid.has_room(1):
        texts = [_text(value, by) for value, by in zip_longest(values, factor)]
    return _drawing(grid, shades, texts, most)


def _shade(value: float, steps: float) -> str:
    """Of a value, where 1 takes so many steps."""
    if isnan(value * steps):
        return ODD
    if value == 0:
        return ZERO
    level = max(1, round(min(SHADES, abs(value) * steps)))
    if value < 0:
        return f"n{level}"
    return f"p{level}"


def _text(value: float, factor: float | None) -> str:
    if value == factor == 0:
        return ""
    return printed(value)


@lru_cache(maxsize=32)
def masked(factor: tuple[float, ...], columns: int) -> Drawing:
    """Which cells were kept, and which were multiplied by 0.

    Factors are printed where they are not all the same.
    """
    grid = Grid(len(factor), columns)
    different = set(factor)
    scales = {by for by in different if by and not isnan(by)}
    texts = []
    if grid.has_room(1):
        texts = [_kept(by, several=len(scales) > 1) for by in factor]
    fate_of = {by: _fate(by) for by in different}
    return _drawing(grid, [fate_of[by] for by in factor], texts, KEPT)


def _fate(factor: float) -> str:
    if factor == 0:
        return DROPPED
    if isnan(factor):
        return ODD
    return KEPT


def _kept(factor: float, *, several: bool) -> str:
    """1 for a number that was kept, or its factor where there are several."""
    if factor == 0:
        return ""
    if several or isnan(factor):
        return printed(factor)
    return "1"


def _drawing(grid: Grid, classes: Sequence[str], texts: Sequence[str], ground: str) -> Drawing:
    """The cells, each with its class and, where there are any, its text."""
    longest = max([1, *map(len, texts)])
    numbers: Iterable[Number] = ()
    if texts and grid.has_room(longest):
        numbers = _numbers(grid, classes, texts)
    gaps = ""
    if grid.pixels > APART:
        gaps = _gaps(grid)
    return Drawing(
        rows=grid.rows,
        columns=grid.columns,
        shades=_paths(grid, classes, ground),
        gaps=gaps,
        numbers=tuple(numbers),
        size=round(_size(longest) * UNIT, 1),
    )


def _size(longest: int) -> float:
    """Of a number with so many digits, as a share of its cell's height."""
    return min(0.72, COVERED / (DIGIT * longest))


def _paths(grid: Grid, classes: Sequence[str], ground: str) -> tuple[tuple[str, str], ...]:
    """One class as the ground of all cells, and upon it, for each other class, its runs of cells.

    A path goes to the first run of a row, and from there on step by step: that compresses well.
    """
    paths = defaultdict[str, list[str]](list)
    paths[ground] = [f"M0 {row}h{grid.columns}" for row in range(grid.rows)]
    for row in range(grid.rows):
        column, ends = 0, dict[str, int]()
        cells = classes[row * grid.columns : (row + 1) * grid.columns]
        for kind, run in groupby(cells):
            width = len(list(run))
            if kind != ground:
                if kind in ends:
                    paths[kind].append(f"m{column - ends[kind]} 0h{width}")
                else:
                    paths[kind].append(f"M{column} {row}h{width}")
                ends[kind] = column + width
            column += width
    return tuple((kind, "".join(runs)) for kind, runs in paths.items())


def _gaps(grid: Grid) -> str:
    down = "".join(f"M{column} -.5v{grid.rows}" for column in range(1, grid.columns))
    return down + "".join(f"M0 {row - 0.5:g}h{grid.columns}" for row in range(1, grid.rows))


def _numbers(grid: Grid, classes: Sequence[str], texts: Sequence[str]) -> Iterator[Number]:
    """The texts in the middle of their cells."""
    for index, (kind, text) in enumerate(zip(classes, texts, strict=True)):
        if text:
            row, column = divmod(index, grid.columns)
            x, y = column * UNIT + UNIT // 2, row * UNIT + UNIT // 2
            yield Number(x, y, text, strong=kind in DARK)
