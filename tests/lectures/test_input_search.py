"""What is tried next: by what a try said, by what a layer wants, by what is unusual."""

import ast
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from rollcall.core.input.input_text import input_text, parse_input
from rollcall.lectures.input_search.attempt import Attempt, Given, Suspect, Use
from rollcall.lectures.input_search.repairs import repairs, usual, with_dims
from rollcall.lectures.input_search.resizing import Resizing

FLOAT, INT = torch.float32, torch.int64
RANGE = "index out of range in self"


def tried(typed: str, error: str | Exception) -> Attempt:
    """A try that came to nothing."""
    if isinstance(error, str):
        error = RuntimeError(error)
    return Attempt(parse_input(typed), nn.Identity(), error)


def next_inputs(attempt: Attempt) -> list[str]:
    return [input_text(each) for each in repairs(attempt, Resizing())]


@pytest.mark.parametrize(
    ("typed", "said", "expected"),
    [
        ("4,16", "nothing that is known", []),
        ("4,16;4,6", "nothing that is known", ["4,16;4"]),  # one number for each sample
        ("4,3,8,8", "Kernel size can't be greater than actual input size", ["4,3,16,16"]),
        ("4,16,10", "output size is too small", ["4,16,20"]),
        ("4,10", "output size is too small", []),
        ("4,10", "batch1 must be a 3D tensor", ["4,16,10"]),
        ("4,3,8,8", "batch1 must be a 3D tensor", ["4,8,8"]),
        ("4,10", "Only 4D input is taken", ["4,3,16,16"]),
        ("4,10", "must be a 7D tensor", []),
        ("4,10", "must be a 2D tensor", []),
        ("4,10", "Dimension out of range (but got 2)", ["4,16,10"]),
        ("4,10", "'indices' to have scalar types Long", ["int:4,10:4"]),
        ("int:4,10:10", "a floating point dtype is wanted. Got: Long", ["4,10"]),
        ("4,10", "all elements of input should be between 0 and 1", ["4,10:0..1"]),
        ("int:4,16:100", RANGE, ["int:4,16:2", "int:4,8:100"]),
        ("int:4,16:2", RANGE, ["int:4,8:2"]),
        ("bool:4,16", RANGE, ["bool:4,8"]),
        ("4,16", "index 5 is out of bounds for dimension 0", ["4,16:0..2", "4,8"]),
        ("4,10", "expected (B, 24, 7)", ["4,24,7"]),
        ("4,10", "expected (batch, 3 × 5)", ["4,3,5"]),
        ("4,10", "expected [4, 10]", []),  # it was that
        ("4,10", "f(a, b) was called", []),  # no number in it
        ("4,10", "expected np.ndarray (got Tensor)", ["numpy:4,10"]),
        ("4,12;4,4", "X1: 12 X2: 4", ["4,4;4,4", "4,12;4,12", "4,12;4"]),
        ("4,16;4,10", "2D, then offsets has to be None", ["16;int:4:1", "4,16;4"]),
        ("4,16", "2D, then offsets has to be None", []),
        ("4,9", "Expected hidden size (1, 4, 9), got [4, 9]", ["1,4,9", "(1,4,9;1,4,9)"]),
    ],
)
def test_what_a_message_says_is_tried(typed: str, said: str, expected: list[str]) -> None:
    found = next_inputs(tried(typed, said))
    assert found[: max(len(expected), 1)] == expected


@pytest.mark.parametrize(
    ("typed", "said", "line", "expected"),
    [
        ("4,10", "not enough values to unpack", "b, t, c = x.shape", ["4,16,10"]),
        ("4,10", "not enough values to unpack", "b, t, c = x.size()", ["4,16,10"]),
        ("4,10", "too many values to unpack", "a, b = x", ["(4,10;4,10)", "2,10"]),
        ("4,10", "too many values to unpack", "a, b = y", []),
        ("4,10", "'image'", "y = x['image']", ["{image=4,10}"]),
        ("4,10", "'image'", "y = z['image']", []),
        ("4,10", "0", "y = x[0]", []),
        ("{a=4,10}", "'b'", "y = x['b'] + x['a']", ["{a=4,10;b=4,10}", "{a=4}"]),
        ("{}", "'b'", "y = x['b']", ["{b=4,10}"]),
    ],
)
def test_the_line_that_raised_tells_what_its_names_must_be(
    typed: str, said: str, line: str, expected: list[str]
) -> None:
    attempt = tried(typed, said)
    attempt.statement = ast.parse(line).body[0]
    attempt.suspects = [Suspect("x", (0,), None)]
    assert next_inputs(attempt) == expected


def test_only_the_tensors_of_the_line_are_changed() -> None:
    attempt = tried("4,10;4,6", "only supports boolean masks")
    attempt.suspects = [Suspect("y", (1,), None)]
    assert next_inputs(attempt)[0] == "4,10;bool:4,6"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyError("x"), ["4,8;value:age", "4,8;value:2", "4,8;4"]),
        (TypeError("no integer"), ["4,8;value:age", "4,8;value:2", "4,8;4"]),
        (ValueError("x"), ["4,8;4"]),
    ],
)
def test_a_key_or_a_number_may_be_wanted(error: Exception, expected: list[str]) -> None:
    attempt = tried("4,8;4,8", error)
    attempt.model.add_module("parts", nn.ModuleDict({"age": nn.Identity()}))
    attempt.suspects = [Suspect("key", (1,), torch.zeros(4, 8))]
    assert next_inputs(attempt) == expected


def given(
    place: int, shape: tuple[int, ...], dtype: torch.dtype = FLOAT, of: tuple[int, ...] = (0,)
) -> Given:
    """A tensor that was computed from inputs; from one with its place, it is that input."""
    direct = (place,) if of == (place,) else None
    return Given(place, torch.zeros(1), shape, dtype, frozenset((each,) for each in of), direct)


def computed(shape: tuple[int, ...], dtype: torch.dtype = FLOAT) -> Given:
    return Given(0, torch.zeros(1), shape, dtype, frozenset([(0,)]), None)


EMBEDDING, LSTM = nn.Embedding(50, 4), nn.LSTM(16, 4)


@pytest.mark.parametrize(
    ("typed", "layer", "first", "expected"),
    [
        ("4,10", nn.Identity(), given(0, (4, 10)), []),
        ("4,10", nn.Linear(7, 2), given(0, (4, 10)), ["4,7"]),
        ("int:4,10:10", nn.Linear(7, 2), given(0, (4, 10), INT), ["4,7"]),
        ("4,10", nn.Linear(7, 2), computed((4, 5)), ["4,16", "4,12", "4,14", "4,15", "4,13"]),
        ("4,10", nn.Linear(7, 2), given(0, (4, 10), of=()), []),
        ("4,10", nn.Conv2d(3, 4, 3), given(0, (4, 10)), ["4,3,16,16"]),
        ("4,1,9,9", nn.Conv2d(3, 4, 3), given(0, (4, 1, 9, 9)), ["4,3,9,9"]),
        ("4,10", EMBEDDING, given(0, (4, 10)), ["int:4,16:50"]),
        ("4", EMBEDDING, given(0, (4,)), ["int:4:50"]),
        ("4,3,8,8", EMBEDDING, given(0, (4, 3, 8, 8)), ["int:4,16:50"]),
        ("int:4,9:100", EMBEDDING, given(0, (4, 9), INT), ["int:4,9:50"]),
        ("4,16", EMBEDDING, computed((4, 16)), ["4,16:0..50", "int:4,16:50"]),
        ("int:4,16:10", EMBEDDING, computed((4, 16), INT), []),
        ("int:4,16:10", nn.Linear(16, 4), computed((4, 16), INT), ["4,16"]),
        ("4,16", LSTM, computed((4, 16)), ["4,16,16"]),
        ("4,2,3,16", LSTM, computed((4, 2, 3, 16)), ["4,3,16"]),
    ],
)
def test_what_a_layer_wants_is_tried(
    typed: str, layer: nn.Module, first: Given, expected: list[str]
) -> None:
    attempt = tried(typed, "-")
    attempt.failed = Use(layer, (first,), ((), {}))
    assert next_inputs(attempt) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (nn.LSTM(9, 5), "4,9;(1,4,5;1,4,5)"),
        (nn.Bilinear(9, 6, 2), "4,9;4,6"),
        (F.cross_entropy, "4,9;int:4:3"),
        (F.mse_loss, "4,9;4,3"),
        (F.binary_cross_entropy, "4,9;4,3:0..1"),
    ],
)
def test_what_is_wanted_of_a_second_argument_is_tried(target: Any, expected: str) -> None:
    attempt = tried("4,9;4,8", "-")
    tensors = (torch.zeros(4, 3), torch.zeros(4, 8))
    attempt.failed = Use(target, (given(1, (4, 8), of=(1,)),), (tensors, {}))
    assert next_inputs(attempt)[0] == expected


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (nn.LSTM(9, 4), (4, 9), ["16,4,9"]),  # a sequence without a batch runs as well
        (nn.LSTM(9, 4), (16, 4, 9), []),
        (nn.Linear(9, 4), (4, 9), []),
    ],
)
def test_what_runs_may_be_unusual(
    layer: nn.Module, shape: tuple[int, ...], expected: list[str]
) -> None:
    attempt = tried(",".join(map(str, shape)), "-")
    for of in ((0,), ()):
        attempt.first_uses = [Use(layer, (given(0, shape, of=of),), ((), {}))]
        assert [input_text(each) for each in usual(attempt)] == (expected if of else [])


@pytest.mark.parametrize(
    ("shape", "dims", "expected"),
    [
        ((4, 10), 3, (4, 16, 10)),
        ((4,), 3, (4, 16, 16)),
        ((4, 16, 10), 2, (4, 10)),
        ((4, 10), 1, (4,)),
        ((4, 10), 0, ()),
    ],
)
def test_steps_of_time_are_put_in_behind_the_batch(
    shape: tuple[int, ...], dims: int, expected: tuple[int, ...]
) -> None:
    assert with_dims(shape, dims) == expected
