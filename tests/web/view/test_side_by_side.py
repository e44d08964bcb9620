"""Rows of both columns of the registry stand side by side where both models have them."""

from hypothesis import given
from hypothesis import strategies as st

from rollcall.core.scan import ModuleEntry
from rollcall.web.view.gaps import MOST
from rollcall.web.view.registry.module_row import ModuleRow
from rollcall.web.view.registry.side_by_side import Placed, side_by_side
from web.view.entries import hidden, module, tensor
from web.view.test_module_row import rows_of

LISTED = rows_of(
    [module(""), module("layers[0]", **hidden("layers")), module("head")],
    [tensor("layers[0].weight", "layers[0]", **hidden("layers")), tensor("head.bias", "head")],
)
TWIN = rows_of(
    [module(""), module("layers"), module("layers.0", "layers"), module("head")],
    [tensor("layers.0.weight", "layers.0"), tensor("head.bias", "head")],
)


def test_what_the_twin_alone_has_leaves_room() -> None:
    placed = side_by_side(LISTED, TWIN)
    assert [row.path for row in placed["layers[0]"].blank] == ["layers"]
    assert all(not placed[path].blank for path in ("", "layers[0].weight", "head", "head.bias"))
    assert not any(each.blank for each in side_by_side(TWIN, LISTED).values())


def test_a_row_is_as_high_as_its_like_of_which_more_is_said() -> None:
    one = [module("")]
    left = rows_of(one, [tensor("weight", kind="tensor", **hidden("weight", "Tensor"))])
    right = rows_of(one, [tensor("weight", aliases=("first", "second")), tensor("bias")])
    plain = rows_of(one, [tensor("weight")])
    assert side_by_side(plain, left)["weight"].room == 1
    assert side_by_side(plain, right)["weight"].room == 1
    assert side_by_side(left, right)["weight"].room == 0


def test_models_that_differ_much_are_not_pulled_apart() -> None:
    many = [module(name) for name in "abcdefghijkl"[: MOST + 1]]
    long = rows_of([module(""), *many, module("head")], [])
    short = rows_of([module(""), module("head")], [])
    assert side_by_side(short, long) == {"": Placed(), "head": Placed()}
    assert side_by_side(short, ()) == {"": Placed(), "head": Placed()}
    fewer = rows_of([module(""), *many[1:], module("head")], [])
    assert len(side_by_side(short, fewer)["head"].blank) == MOST


def places(rows: tuple[ModuleRow, ...], placed: dict[str, Placed]) -> dict[str, int]:
    """At which height each module stands."""
    found, height = {}, 0
    for row in rows:
        height += len(placed[row.module.path].blank)
        found[row.module.path] = height
        height += 1
    return found


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
)
def test_equals_that_are_in_one_order_stand_at_one_height(one: list[str], two: list[str]) -> None:
    left, right = rows_of(_modules(one), []), rows_of(_modules(two), [])
    here, there = side_by_side(left, right), side_by_side(right, left)
    if all(not placed.blank for placed in (*here.values(), *there.values())):
        return  # alike already, or too different
    heights, beside = places(left, here), places(right, there)
    together = [name for name in heights if heights[name] == beside.get(name)]
    in_order = [name for name in one if name in two]
    assert "" in together
    if in_order == [name for name in two if name in one]:
        assert set(together) == {"", *in_order}


def _modules(names: list[str]) -> list[ModuleEntry]:
    return [module(""), *(module(name) for name in names)]
