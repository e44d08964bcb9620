"""What is typed for an input is read, drawn and written again; what is none is refused in words."""

import numpy as np
import pytest
import torch

from rollcall.core.input.input_spec import described, draw
from rollcall.core.input.input_text import BadInput, elements_of, input_text, parse_input
from rollcall.core.input.model_input import ModelInput
from rollcall.web.view.input_line import input_words

TYPED = {
    "4,10": [((4, 10), torch.float32)],
    "int:4,6:50": [((4, 6), torch.int64)],
    "int:4,6:10": [((4, 6), torch.int64)],
    "float:": [((), torch.float32)],
    "double:2:0..1": [((2,), torch.float64)],
    "complex64:2,2": [((2, 2), torch.complex64)],
    "4,10;mask=bool:4,6": [((4, 10), torch.float32), ((4, 6), torch.bool)],
    "(4,3;[int:2:3..7])": [((4, 3), torch.float32), ((2,), torch.int64)],
    "{image=1,3,8,8;ids=int:1,5:20}": [((1, 3, 8, 8), torch.float32), ((1, 5), torch.int64)],
    "4,10;value:3;how=value:mean": [((4, 10), torch.float32)],
    "0,10": [((0, 10), torch.float32)],
    "int:2:1000000": [((2,), torch.int64)],
    "2:-0.5..0.25": [((2,), torch.float32)],
}


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_is_drawn_and_written_again(text: str) -> None:
    call = parse_input(text)
    found = draw(call, 0)
    assert [(tuple(each.shape), each.dtype) for each in found.tensors] == TYPED[text]
    assert parse_input(input_text(call)) == call
    again = draw(call, 0)
    assert all(map(torch.equal, found.tensors, again.tensors))


def test_nested_values_are_of_the_kind_that_was_typed() -> None:
    found = draw(parse_input("(2;[3]);{a=4;b=value:None};value:2.5;key=value:mean"), 0)
    pair, named, number = found.args
    assert type(pair) is tuple
    assert type(pair[1]) is list
    assert list(named) == ["a", "b"]
    assert named["b"] is None
    assert number == 2.5
    assert found.kwargs == {"key": "mean"}


def test_what_is_no_tensor_is_what_was_typed() -> None:
    typed = "value:3;value:-2;value:2.5;value:None;value:True;value:False;value:3x;value:"
    args = draw(parse_input(typed), 0).args
    assert args == (3, -2, 2.5, None, True, False, "3x", "")
    assert [type(each) for each in args[:3]] == [int, int, float]


def test_arrays_are_counted_wherever_they_stand() -> None:
    assert elements_of(parse_input("numpy:4,10;(numpy:2;[numpy:3]);{a=5}")) == 50
    assert elements_of(parse_input("value:3")) == 0


def test_numbers_are_drawn_between_their_bounds() -> None:
    floats, integers = draw(parse_input("1000:-1..3;int:1000:5..8"), 0).tensors
    assert -1 <= float(floats.min()) < -0.9
    assert 2.9 < float(floats.max()) < 3
    assert integers.unique().tolist() == [5, 6, 7]  # type: ignore[no-untyped-call]


def test_a_normal_input_is_the_one_that_torch_draws() -> None:
    (tensor,) = draw(parse_input("4,10"), 3).tensors
    assert torch.equal(tensor, torch.randn(4, 10, generator=torch.Generator().manual_seed(3)))


REFUSED = {
    " ": "is no tensor",
    "numpy:": "is no tensor",
    "numpy:bfloat16:4": "which numpy does not know",
    "numpy:1000,2000": "more than 1,000,000 numbers",
    "4,": "is no tensor",
    "4,10;": "is no tensor",
    "4;;5": "is no tensor",
    "four": "is no tensor",
    "-4": "is no tensor",
    "float32": "is no tensor",
    "4:5:6": "is no tensor",
    "object:3": "is no tensor",
    "a=1;2": "without a name after one with a name",
    "x=4;x=5": "names 'x' twice",
    "[4": "has no ; or ]",
    "4]": "has no ;",
    "{4}": "without a key",
    "[a=4]": "names 'a' in a list",
    "1a=4": "no name of an argument",
    "int:4:5..5": "no number",
    "int:4:0.2..0.7": "no number",
    "bool:4:1": "no number",
    "4:a": "has no bound",
    "1000,1000,2": "more than 1,000,000 numbers",
    "1,1,1,1,1,1,1,1,1": "more than 8 sizes",
    ";".join(["1"] * 33): "more than 32 tensors",
    "[" * 7 + "4" + "]" * 7: "nested deeper",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_input_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_input(text)
    assert REFUSED[text] in str(refused.value)


def test_a_given_input_is_described_as_one_would_type_it() -> None:
    ids = torch.tensor([[3, 49]])
    given = ModelInput.of(torch.ones(4, 10), {"ids": ids}, [3], mask=torch.ones(2).bool())
    assert input_text(described(given)) == "4,10;{ids=int:1,2:50};[value:3];mask=bool:2"
    arrays = described(ModelInput.of(np.ones(4), np.ones((6, 4))))
    assert input_text(arrays) == "numpy:double:4;numpy:double:6,4"
    (first, second), _ = vars(draw(parse_input("numpy:4;numpy:float64:6,4"), 0)).values()
    assert (first.dtype, first.shape, second.dtype) == (np.float32, (4,), np.float64)
    whole = described(ModelInput.of(np.arange(4)))
    assert input_words(input_text(whole)) == "numpy array of 4"
    assert input_words("numpy:6,4") == "numpy array of 6×4"
