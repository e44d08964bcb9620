"""An input as one says it."""

import pytest

from rollcall.web.view.input_line import input_words

SAID = {
    "4,10": "4×10",
    "4,6;int:4,16:50": "4×6, 4×16 integers below 50",
    "bool:4,16": "4×16 booleans",
    "float64:3,2": "3×2 float64",
    "4,1:0..1": "4×1 from 0 to 1",
    "int:2,6:3..9": "2×6 integers from 3 to 9",
    "(4,4;4,6)": "(4×4, 4×6)",
    "{image=4,15;words=int:4,8:30}": "{image: 4×15, words: 4×8 integers below 30}",
    "first=4,4;second=4,6": "first: 4×4, second: 4×6",
    "4,8;value:age": "4×8, 'age'",
    "numpy:4,13": "numpy array of 4×13",
    "": "nothing",
    "4,10;SomeObject": "4,10;SomeObject",
}


@pytest.mark.parametrize("text", SAID)
def test_it_is_said(text: str) -> None:
    assert input_words(text) == SAID[text]
