"""A long table: what is alike shares a row, differences come first, the rest is counted."""

from rollcall.web.view.folded_rows import FITS, SHOWN, FoldedRows, folded_rows
from rollcall.web.view.words import LONG, first_and_last

Row = tuple[str, str]


def fold(rows: list[Row]) -> FoldedRows[Row]:
    return folded_rows(rows, lambda row: row[0], lambda row: row[1], lambda row: row[1] == "bad")


def test_a_table_that_fits_is_left_alone() -> None:
    rows = [(f"a.{index}", "good") for index in range(FITS)]
    folded = fold(rows)
    assert folded.named == [(row, row[0]) for row in rows]
    assert folded.left_out == ""


def test_what_differs_in_a_number_alone_shares_a_row() -> None:
    rows = []
    for index in range(1500):
        rows.append((f"blocks.{index}.0.weight", "good"))
        rows.append((f"blocks.{index}.0.bias", "bad" if index == 7 else "good"))
    folded = fold(rows)
    assert folded.names == [
        "blocks.0-1499.0.weight (1,500)",
        "blocks.0-1499.0.bias (1,499)",
        "blocks.7.0.bias",
    ]
    assert folded.left_out == ""


def test_differences_come_first_and_the_rest_is_counted() -> None:
    rows = [(f"name{chr(97 + index % 26)}{chr(97 + index // 26)}", "good") for index in range(100)]
    rows[90] = (rows[90][0], "bad")
    folded = fold(rows)
    assert len(folded.rows) == SHOWN
    assert folded.rows[-1] == rows[90]
    assert folded.rows[:-1] == rows[: SHOWN - 1]
    assert folded.left_out == f"{100 - SHOWN} more"


def test_a_long_message_keeps_its_ends() -> None:
    assert first_and_last("x" * LONG) == "x" * LONG
    text = first_and_last("begin" + "x" * 10_000 + "end")
    assert text.startswith("beginx")
    assert text.endswith("xend")
    assert "… 8,008 characters …" in text
