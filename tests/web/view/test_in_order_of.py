"""Equals stand beside equals, whatever PyTorch tells first."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from rollcall.web.view.in_order_of import in_order_of


@dataclass(frozen=True)
class Row:
    path: str
    status: str = "registered"


def registered(*paths: str) -> list[Row]:
    return [Row(path) for path in paths]


def unregistered(*paths: str) -> list[Row]:
    return [Row(path, "unregistered") for path in paths]


HALF = [*registered("", "head"), *unregistered("hidden[0]", "hidden[1]")]
FULL = registered("", "hidden", "hidden.0", "hidden.1", "head")


def test_unregistered_rows_take_their_twins_order() -> None:
    assert [row.path for row in in_order_of(HALF, FULL)] == ["", "hidden[0]", "hidden[1]", "head"]


def test_the_column_that_is_all_registered_keeps_its_own_order() -> None:
    assert in_order_of(FULL, HALF) == FULL
    assert in_order_of(FULL, FULL[::-1]) == FULL


def test_two_columns_with_unregistered_rows_keep_their_own_order() -> None:
    assert in_order_of(HALF, HALF[::-1]) == HALF


def test_what_has_no_like_opposite_follows_what_it_followed() -> None:
    rows = [*registered("", "head", "extra"), *unregistered("hidden[0]", "other")]
    assert [row.path for row in in_order_of(rows, FULL)] == [
        "",
        "hidden[0]",
        "other",
        "head",
        "extra",
    ]


def test_with_nothing_opposite_nothing_moves() -> None:
    assert in_order_of(HALF, []) == HALF


@given(
    st.lists(st.sampled_from(["a", "b", "c[0]", "d", "e.f"]), unique=True),
    st.permutations(["a", "b", "c.0", "e.f"]),
)
def test_rows_are_neither_lost_nor_doubled(paths: list[str], opposite: list[str]) -> None:
    rows = [*registered(*paths), *unregistered("z")]
    assert sorted(row.path for row in in_order_of(rows, registered(*opposite))) == sorted(
        [*paths, "z"]
    )
