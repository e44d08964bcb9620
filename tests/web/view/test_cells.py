"""A drawing of cells holds every cell it is given once, in as many shapes as there are shades."""

import re
from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from rollcall.web.view.cells import SHADES, Drawing, masked, shaded

STROKE = re.compile(r"([Mm])(-?\d+) (\d+)h(\d+)")
VALUES = st.lists(
    st.floats(-3, 3, width=32) | st.sampled_from([nan, inf, -inf, 0.0]), min_size=1, max_size=60
)


def cells_of(drawing: Drawing) -> list[str]:
    """Paint the paths one over the other, as a browser does, and read each cell's class."""
    painted = [""] * (drawing.rows * drawing.columns)
    for shade, path in drawing.shades:
        assert STROKE.sub("", path) == ""
        x = y = 0
        for command, across, down, width in STROKE.findall(path):
            x, y = (x + int(across), y + int(down)) if command == "m" else (int(across), int(down))
            for _ in range(int(width)):
                assert 0 <= x < drawing.columns
                painted[y * drawing.columns + x] = shade
                x += 1
    return painted


@given(VALUES, st.integers(1, 12))
def test_every_cell_has_the_shade_of_its_value(values: list[float], columns: int) -> None:
    whole = tuple(values[: len(values) // columns * columns] or values[:1])
    drawing = shaded(whole, (), columns if len(whole) >= columns else 1, 3.0)
    for value, shade in zip(whole, cells_of(drawing), strict=True):
        if value != value:
            assert shade == "odd"
        elif value == 0:
            assert shade == "z"
        else:
            level = max(1, min(abs(value), 3) / 3 * SHADES)
            assert shade[0] == ("p" if value > 0 else "n")
            assert abs(int(shade[1:]) - level) <= 0.5 + 1e-6
    assert len(drawing.shades) <= 2 * SHADES + 2


@given(
    st.lists(st.sampled_from([0.0, 2.0, nan]), min_size=12, max_size=12),
    st.sampled_from([1, 3, 4, 12]),
)
def test_a_mask_says_what_was_kept(factor: list[float], columns: int) -> None:
    kinds = cells_of(masked(tuple(factor), columns))
    assert kinds == ["odd" if by != by else "kept" if by else "dropped" for by in factor]


def test_numbers_are_printed_where_they_can_be_read() -> None:
    few = shaded((1.0, 0.0, -2.0, 0.0), (1.0, 0.0, 1.0, 1.0), 2, 2.0)
    # The second was dropped: its cross says it.
    assert [number.text for number in few.numbers] == ["1", "−2", "0"]
    assert shaded((0.25,) * 2048, (), 64, 1.0).numbers == ()
    assert shaded((0.123,) * 50, (), 10, 1.0).numbers == ()
    assert len(shaded((1.0,) * 50, (), 10, 1.0).numbers) == 50
    assert [number.text for number in masked((2.0, 0.0, nan), 3).numbers] == ["1", "NaN"]
    assert [number.text for number in masked((0.5, 0.0, 1.5), 3).numbers] == ["0.5", "1.5"]


def test_nothing_to_draw() -> None:
    empty = shaded((), (), 0, 0.0)
    assert (empty.rows, empty.shades, empty.numbers) == (0, (("z", ""),), ())
    assert cells_of(shaded((0.0, 0.0), (), 2, 0.0)) == ["z", "z"]
