"""Sizes inside a forward that do not fit together, and the sizes of an input that mend it."""

from typing import Any

import pytest
import torch

from rollcall.core.input.input_text import input_text, parse_input
from rollcall.lectures.input_search.attempt import Given, Use
from rollcall.lectures.input_search.disagreements import disagreements
from rollcall.lectures.input_search.resizing import Mismatch, Resizing, rounded


def given(place: int, shape: tuple[int, ...], of: tuple[int, ...]) -> Given:
    """A tensor that was computed from inputs."""
    sources = frozenset((each,) for each in of)
    return Given(place, torch.zeros(1), shape, torch.float32, sources, None)


Shapes = list[tuple[int, ...]]
SWAPPED = [(6, 5, 0), (5, 6, 1)]  # either of two sizes may become the other


@pytest.mark.parametrize(
    ("where", "shapes", "arguments", "expected"),
    [
        ("torch.relu", [(4, 6), (4, 5)], (), []),
        ("torch.matmul", [(4, 6), (5, 7)], (), SWAPPED),
        ("torch.matmul", [(4, 6), (5,)], (), SWAPPED),
        ("torch.matmul", [(6, 4, 2), (5, 2, 7)], (), SWAPPED),
        ("torch.matmul", [(4, 6), ()], (), []),
        ("Tensor.rmatmul", [(6, 7), (4, 5)], (), [(5, 6, 1), (6, 5, 0)]),
        ("torch.bmm", [(4, 3, 6), (4, 5, 7)], (), [(5, 6, 1), (6, 5, 0)]),
        ("torch.bmm", [(6, 3, 2), (5, 2, 7)], (), SWAPPED),
        ("torch.bmm", [(3, 6), (5, 7)], (), []),
        ("torch.add", [(4, 6), (4, 5)], (), SWAPPED),
        ("torch.add", [(4, 6), (5,)], (), SWAPPED),
        ("torch.add", [(4, 1), (4, 5)], (), []),
        ("torch.add", [(4, 6), (), (4, 5)], (), [(6, 5, 0), (5, 6, 2)]),
        ("torch.stack", [(4, 6), (4, 5)], ([], 1), SWAPPED),
        ("torch.cat", [(6, 2), (5, 3)], ([], 1), SWAPPED),
        ("torch.cat", [(6, 2), (5, 3)], ([], -1), SWAPPED),
        ("torch.cat", [(2, 6), (3, 5)], ([],), SWAPPED),
        ("torch.cat", [(2, 6), (3, 5, 7)], ([], "N"), SWAPPED),
        ("torch.cat", [(), (3,)], ([],), []),
        ("Tensor.view", [(4, 100)], (None, -1, 784), [(100, 784, 0)]),
        ("Tensor.view", [(4, 100)], (None, 4, 28, 28), [(400, 3136, 0)]),
        ("Tensor.view", [(4, 100)], (None, (4, -1, 7)), [(100, 105, 0)]),
        ("Tensor.view", [(4, 100)], (None, 2, -1, 7), [(100, 112, 0)]),
        ("Tensor.view", [(4, 100)], (None,), []),
        ("Tensor.view", [()], (None, 3), []),
    ],
)
def test_sizes_that_do_not_fit_are_named(
    where: str, shapes: Shapes, arguments: tuple[Any, ...], expected: list[tuple[int, ...]]
) -> None:
    tensors = tuple(given(place, shape, of=(place,)) for place, shape in enumerate(shapes))
    found = disagreements(Use(torch.add, tensors, (arguments, {})), where)
    named = [(each.got, each.expected, *(path[0] for path in each.sources)) for each in found]
    assert named == expected


def test_sizes_of_one_input_may_have_grown_differently() -> None:
    same = (given(0, (4, 6), of=(0,)), given(1, (4, 5), of=(0,)))
    found = disagreements(Use(torch.add, same, ((), {})), "torch.add")
    assert [(each.got, each.expected) for each in found] == [(6, 5), (5, 6)]
    weights = (given(0, (4, 6), of=()), given(1, (4, 5), of=()))
    assert disagreements(Use(torch.add, weights, ((), {})), "torch.add") == []
    keyword = Use(
        torch.cat, (given(0, (2, 6), of=(0,)), given(1, (3, 5), of=(1,))), ((), {"axis": 0})
    )
    assert [each.got for each in disagreements(keyword, "torch.cat")] == [6, 5]


@pytest.mark.parametrize(
    ("typed", "got", "expected", "first"),
    [
        # All pixels were put into a row: a picture of as many, of one channel or of three.
        ("4,3,16,16", 768, 784, ["4,1,28,28"]),
        ("4,1,16,16", 256, 3072, ["4,3,32,32"]),
        ("4,16,10", 160, 320, ["4,16,20"]),
        # Its sides, by what was seen; its channels after that.
        ("4,3,16,16", 400, 1600, ["4,3,32,32", "4,3,33,33", "4,3,31,31", "4,12,16,16"]),
        ("4,10", 10, 7, ["4,7"]),  # the very size
        ("4,10", 0, 7, []),
    ],
)
def test_a_size_inside_is_mended_by_one_of_the_input(
    typed: str, got: int, expected: int, first: list[str]
) -> None:
    mismatch = Mismatch(frozenset([(0,)]), got, expected, "fc")
    found = dict.fromkeys(Resizing().proposals(parse_input(typed), mismatch))
    assert [*map(input_text, found)][: max(1, len(first))] == first


def test_a_second_try_is_on_the_line_through_both() -> None:
    """Of 20 steps 9 are left, of 28 steps 13: 33 are left of 68."""
    resizing = Resizing()

    def proposed(typed: str, got: int) -> list[str]:
        mismatch = Mismatch(frozenset([(0,)]), got, 33, "fc")
        return [input_text(each) for each in resizing.proposals(parse_input(typed), mismatch)]

    assert "4,68" not in proposed("4,20", 9)
    assert proposed("4,28", 13)[0] == "4,68"


def test_two_pictures_that_were_alike_stay_alike() -> None:
    mismatch = Mismatch(frozenset([(0,)]), 256, 784, "fc")
    call = parse_input("4,1,16,16;4,1,16,16;4,2")
    found = [input_text(each) for each in Resizing().proposals(call, mismatch)]
    assert found[:2] == ["4,1,28,28;4,1,28,28;4,2", "4,1,28,28;4,1,16,16;4,2"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4,3,30,30;4,10", ["4,3,28,28;4,10"]),
        ("4,3,9,9,9", ["4,3,8,8,8"]),
        ("4,3,32,32", []),
        ("4,3,3,3", []),
        ("4,30,30", []),
    ],
)
def test_the_sides_of_a_picture_are_rounded(typed: str, expected: list[str]) -> None:
    assert [input_text(each) for each in rounded(parse_input(typed))] == expected
