"""What `course.toml` declares for an input, and what one wrong value of it costs."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import torch

from lectures.lectures import catalog_of
from rollcall.core.input.input_spec import draw
from rollcall.core.input.input_text import input_text
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import Problem
from rollcall.lectures.declared_input import declared_input

DECLARED = {
    "[4, 10]": "4,10",
    "[]": "float:",
    '"int:4,6:50"': "int:4,6:50",
    '"4,10;mask=bool:4,6"': "4,10;mask=bool:4,6",
    '{ shape = [4, 6], dtype = "int64", high = 50 }': "int:4,6:50",
    "{ shape = [4, 6], low = 0, high = 1 }": "4,6:0..1",
    "[[4, 10], [4, 3]]": "4,10;4,3",
    '[[4, 10], { shape = [4], dtype = "int", low = 1, high = 5 }]': "4,10;int:4:1..5",
    "{ x = [4, 10], mask = { shape = [4], dtype = 'bool' } }": "x=4,10;mask=bool:4",
    "[{ image = [1, 3, 8, 8], ids = 'int:1,5:9' }]": "{image=1,3,8,8;ids=int:1,5:9}",
    "[[[4, 2], [4, 3]]]": "[4,2;4,3]",
    "[{ tuple = [[4, 2], [4, 3]] }, { value = 3 }]": "(4,2;4,3);value:3",
}


def read(toml: str) -> Any:
    return tomllib.loads(f"input = {toml}")["input"]


@pytest.mark.parametrize("toml", DECLARED)
def test_an_input_is_declared(toml: str) -> None:
    call = declared_input(read(toml))
    assert input_text(call) == DECLARED[toml]
    draw(call, 0)


REFUSED = {
    "4": "is no input",
    "[4, -1]": "a size is a whole number",
    "[4, 1.5]": "a size is a whole number",
    "[4, true]": "a size is a whole number",
    "['four']": "is no tensor",
    "['4;5']": "is not one input",
    "{ shape = 4 }": "a shape is a list",
    "{ shape = [4], dtyp = 'int' }": "dtyp is no word for a tensor",
    "{ shape = [4], dtype = 'integer' }": "'integer' is no dtype",
    "{ shape = [4], high = 'ten' }": "high is a number",
    "{ shape = [4], low = 5, high = 5 }": "no number from 5 to 5",
    "[4000, 4000]": "more than 1,000,000 numbers",
}


@pytest.mark.parametrize("toml", REFUSED)
def test_what_is_no_input_is_refused_in_words(toml: str) -> None:
    with pytest.raises(ValueError, match=REFUSED[toml]):
        declared_input(read(toml))


NETS = """
    class One(nn.Module):
        def __init__(self, width=10):
            super().__init__()
            self.layer = nn.Linear(width, 5)

        def forward(self, x, scale=1.0):
            return scale * self.layer(x)


    class Two(One):
        pass
"""
COURSE = """\
[[chapter]]
file = "own"
title = "Own"
input = [2, 10]

[[chapter.lesson]]
left = "One"
right = "Two"
title = "A lesson"
text = "It stays."

[[chapter.lesson]]
left = "One"
right = "Two"
title = "Another"
text = 7

[chapter.models.One]
args = [3]
input = [[6, 3], { value = 2.0 }]

[chapter.models.Two]
input = { shape = [6, "ten"] }

[[chapter]]
file = "other"
title = "Other"
"""


def problems(catalog: Catalog) -> list[Problem]:
    return list(catalog.contents.problems)


def test_one_wrong_value_costs_its_own_entry(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("from torch import nn\n\nclass Net(nn.Identity): pass\n")
    catalog = catalog_of(tmp_path, NETS, COURSE)
    told = [(problem.raised.message, problem.raised.line) for problem in problems(catalog)]
    assert told == [
        ("chapter own, lesson 2, text: input should be a valid string", 16),
        (
            "chapter own, models, Two, input: a size is a whole number from 0 on, and not 'ten'",
            23,
        ),
    ]
    assert [line.number for line in problems(catalog)[1].lines] == [21, 22, 23, 24, 25]
    own, other = catalog.contents.chapters
    assert (own.title, other.title) == ("Own", "Other")
    assert [lesson.title for lesson in own.lessons] == ["A lesson"]
    assert catalog.contents.course_problem is None
    one = catalog.input("own.One").draw(0)
    assert [tuple(tensor.shape) for tensor in one.tensors] == [(6, 3)]
    assert one.args[1] == 2.0
    assert catalog.input("own.One").origin(0).how == "declared"
    assert catalog.input("own.Two").origin(0).text == "2,10"


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ('title = "Own"', 3, "no such key"),
        ('file = "own"', 2, "chapter"),
    ],
)
def test_a_chapter_says_which_key_is_wrong(
    tmp_path: Path, wrong: str, line: int, said: str
) -> None:
    broken = {'title = "Own"': 'titel = "Own"', 'file = "own"': 'file = "<own>"'}[wrong]
    catalog = catalog_of(tmp_path, NETS, COURSE.replace(wrong, broken))
    found = [each for each in problems(catalog) if each.raised.line == line]
    assert any(said in each.raised.message for each in found)
    assert "own.One" in catalog.contents.cards


GIVEN = {
    "a tensor": ("return torch.ones(7, 10)", [(7, 10)]),
    "a tuple": ("return torch.ones(7, 10), 2.0", [(7, 10)]),
    "a dict of arguments": ("return {'x': torch.ones(7, 10), 'scale': 0.5}", [(7, 10)]),
}


@pytest.mark.parametrize("case", GIVEN)
@pytest.mark.parametrize("place", ["file", "static", "class"])
def test_a_lecture_file_gives_an_input(tmp_path: Path, case: str, place: str) -> None:
    body, shapes = GIVEN[case]
    inside = {
        "static": f"    @staticmethod\n        def example_input():\n            {body}\n",
        "class": f"    @classmethod\n        def example_input(cls):\n            {body}\n",
    }
    text = NETS
    if place == "file":
        text += f"\n\n    def example_input():\n        {body}\n"
    else:
        text = NETS.replace("        pass\n", f"    {inside[place]}")
    catalog = catalog_of(tmp_path, text)
    assert problems(catalog) == []
    source = catalog.input("own.Two")
    given = source.draw(0)
    assert [tuple(tensor.shape) for tensor in given.tensors] == shapes
    assert source.origin(0).how == "example_input"
    given.call(catalog.build("own.Two", 0))
    assert catalog.input("own.One").origin(0).how == (
        "example_input" if place == "file" else "guessed"
    )


def test_a_dict_that_names_no_argument_is_the_argument(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def forward(self, batch):
                return batch["image"].sum() + batch["text"].sum()


        def example_input():
            return {"image": torch.rand(1, 3), "text": torch.randint(5, (1, 4))}
    """
    catalog = catalog_of(tmp_path, text)
    source = catalog.input("own.Net")
    first, again, other = (source.draw(seed) for seed in (0, 0, 1))
    assert list(first.args[0]) == ["image", "text"]
    assert all(map(torch.equal, first.tensors, again.tensors))
    assert not torch.equal(first.tensors[0], other.tensors[0])
    assert source.origin(0).text.startswith("{image=1,3;text=int:1,4:")


def test_what_is_typed_goes_before_what_is_declared(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, NETS, COURSE)
    source = catalog.input("own.Two")
    assert source.origin(0, "3,10").how == "typed"
    assert tuple(source.draw(0, "3,10").args[0].shape) == (3, 10)


def test_sizes_alone_are_those_of_the_usual_integers(tmp_path: Path) -> None:
    text = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.embed = nn.Embedding(30, 4)

            def forward(self, x):
                return self.embed(x)
    """
    source = catalog_of(tmp_path, text).input("own.Net")
    typed = source.draw(0, "2,5").args[0]
    assert (tuple(typed.shape), typed.dtype) == ((2, 5), torch.int64)
    assert source.origin(0, "2,5").text == "int:2,5:30"
    assert source.draw(0, "float:2,5").args[0].dtype == torch.float32
