"""What a model made too long to be read is cut, and what belongs together stays together."""

import sys
from array import array
from dataclasses import dataclass
from typing import NamedTuple

from rollcall.core.report import LONGEST_MESSAGE, Raised, Report
from rollcall.core.shortened import MOST_OF_A_NAME, MOST_OF_A_TEXT, shortened
from rollcall.core.wire import FloatArray, Wire

LONG = "k" * 1_000_000


class Row(NamedTuple):
    path: str
    place: int


@dataclass(frozen=True)
class Cell:
    text: str


class Table(Report):
    name: str
    rows: tuple[Row, ...] = ()
    cells: list[Cell]
    shapes: dict[str, tuple[int, ...]]
    numbers: FloatArray = array("f")
    raised: Raised | None = None


def test_a_path_is_cut_name_by_name() -> None:
    short = shortened(LONG)
    assert short.startswith("k" * 1_000 + " … 998,800 characters, ")
    assert short.endswith(" … " + "k" * 200)
    assert "." not in short
    assert shortened(f"layers.{LONG}.weight") == f"layers.{short}.weight"
    assert shortened("k" * 999 + "x" + LONG[1_000:]) != short
    assert shortened("k" * 500_000 + "x" + LONG[500_001:]) != short  # it differs in between
    assert len(shortened("a." * MOST_OF_A_TEXT)) < 2_000


def test_a_name_that_is_no_unicode_is_cut_as_well() -> None:
    name = "\ud800" * (MOST_OF_A_NAME + 1)
    found = shortened(f"a.{name}.b")
    assert len(found) < MOST_OF_A_NAME
    assert found.startswith("a.\ud800")
    assert found.endswith("\ud800.b")


def test_all_of_a_report_is_cut_but_for_its_numbers() -> None:
    numbers = array("f", range(10_000))
    table = Table(
        name=LONG,
        rows=(Row(LONG, 1), Row("short", 2)),
        cells=[Cell(LONG)],
        shapes={LONG: (2, 3)},
        numbers=numbers,
        raised=Raised.of(ValueError('"\\' * 50_000)),
    )
    wire = Wire[Table](Table)
    content = wire.write(table)
    assert len(content) < 4 * 10_000 * 4 / 3 + 10_000
    read = wire.read(content)
    short = shortened(LONG)
    assert (read.name, read.cells, read.shapes) == (short, [Cell(short)], {short: (2, 3)})
    assert read.rows == (Row(short, 1), Row("short", 2))
    assert read.numbers == numbers
    assert read.raised
    assert " … 98,800 characters … " in read.raised.message


def test_nothing_is_copied_where_nothing_is_cut() -> None:
    lines = Cell("x\n" * MOST_OF_A_NAME)
    name = "k" * MOST_OF_A_NAME
    table = Table(name=name, rows=(Row(name, 1),), cells=[lines], shapes={name: (1,)})
    assert shortened(table) is table
    message = "x" * LONGEST_MESSAGE
    assert Raised.of(ValueError(message)).message == message


def test_numbers_are_not_looked_at_one_by_one() -> None:
    grid = [[float(column) for column in range(1_000)] for _ in range(10)]
    calls = []
    sys.setprofile(lambda frame, event, _: calls.append(event) if event == "call" else None)
    try:
        short = shortened(grid)
    finally:
        sys.setprofile(None)
    assert short is grid
    assert len(calls) < 100
