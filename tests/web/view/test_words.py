"""Counts, names and shapes as a slide has them."""

import pytest

from rollcall.core.walk.object_walk import HidingPlace
from rollcall.web.view.sentence import read
from rollcall.web.view.words import (
    all_of,
    brief,
    errors,
    number,
    one_or_many,
    place_name,
    plural,
    share,
    size,
    unheard_mode,
    what,
    whole,
    whole_of,
)


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


@pytest.mark.parametrize(
    ("place", "name", "told"),
    [
        (HidingPlace("block", "function"), "block", "a function"),
        (HidingPlace("table", "Tensor", "class attribute"), "table", "an attribute of the class"),
        (
            HidingPlace("forward (global: helper) (global: TABLE)", "Tensor", "global of the file"),
            "TABLE",
            "a global of the file",
        ),
        (
            HidingPlace("0 (forward hook 0) (closure: layer)", "Linear", "closure of hook"),
            "layer",
            "in the closure of hook",
        ),
    ],
)
def test_what_no_attribute_hides(place: HidingPlace, name: str, told: str) -> None:
    assert (place_name(place), what(place)) == (name, told)


def test_shapes() -> None:
    assert size((4, 10)) == "4×10"
    assert size(()) == "scalar"
    assert size(None) == "lazy"


def test_arguments_of_a_layer() -> None:
    assert brief("in_features=10, out_features=20, bias=True") == "10, 20"
    assert brief("p=0.5, inplace=False") == "p=0.5"
    assert brief("4, eps=1e-05") == "4"
    assert brief("") == ""


@pytest.mark.parametrize(
    ("n", "told", "of_net"),
    [
        (1, "only tensor", "Net’s only tensor"),
        (2, "both tensors", "both tensors of Net"),
        (1200, "all 1,200 tensors", "all 1,200 tensors of Net"),
    ],
)
def test_one_two_and_many(n: int, told: str, of_net: str) -> None:
    assert whole(n, "tensor", "tensors") == told
    assert whole_of("Net", n, "tensor", "tensors") == of_net


@pytest.mark.parametrize(
    ("n", "total", "told"),
    [(1, 1, "its only check"), (2, 2, "both checks"), (1, 2, "1 of 2 checks")],
)
def test_some_of_all(n: int, total: int, told: str) -> None:
    assert share(n, total, "check", "checks") == told


@pytest.mark.parametrize(
    ("raising", "failed", "told"),
    [
        (0, 1, "; PyTorch raises no error"),
        (1, 2, "; PyTorch raises an error for only 1"),
        (1, 1, "; PyTorch raises an error"),
        (2, 2, "; PyTorch raises an error for both"),
        (3, 3, "; PyTorch raises an error for all 3"),
    ],
)
def test_for_how_many_pytorch_says_so(raising: int, failed: int, told: str) -> None:
    assert errors(raising, failed) == told


def test_a_word_for_one_and_for_many() -> None:
    assert [one_or_many(n, "drops", "drop") for n in (0, 1, 2)] == ["drop", "drops", "drop"]


def test_a_module_that_does_not_hear_a_call_stays_in_the_other_mode() -> None:
    assert unheard_mode("eval") == "training"
    assert unheard_mode("train") == "evaluation"
