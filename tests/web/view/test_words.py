"""Counts, names and shapes as a slide has them."""

import pytest

from rollcall.core.object_walk import HidingPlace
from rollcall.web.view.sentence import read
from rollcall.web.view.words import all_of, brief, number, plural, size, what


def test_counts() -> None:
    assert number(1024) == "1,024"
    assert plural(1, "tensor", "tensors") == "1 tensor"
    assert plural(1200, "tensor", "tensors") == "1,200 tensors"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        (list("abcdef"), "a, b, c and 3 more"),
    ],
)
def test_long_lists_are_cut(names: list[str], told: str) -> None:
    assert read(all_of(names)) == told
    assert [span.text for span in all_of(names) if span.kind == "code"] == names[:3]


@pytest.mark.parametrize(
    ("holds", "told"),
    [("dict", "a plain dict"), ("Parameter", "a plain tensor"), ("Box", "a plain Box object")],
)
def test_what_hides_it(holds: str, told: str) -> None:
    assert what(HidingPlace("layers", holds)) == told


def test_shapes() -> None:
    assert size((4, 10)) == "4×10"
    assert size(()) == "scalar"
    assert size(None) == "lazy"


def test_arguments_of_a_layer() -> None:
    assert brief("in_features=10, out_features=20, bias=True") == "10, 20"
    assert brief("p=0.5, inplace=False") == "p=0.5"
    assert brief("4, eps=1e-05") == "4"
    assert brief("") == ""
