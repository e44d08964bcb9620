"""Which lines of a file make an attribute, call train() or eval(), or hold a class."""

import linecache
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from torch import nn

from rollcall.core.code_place import (
    CodePlace,
    assignment_places,
    class_place,
    flag_places,
    global_place,
    method_place,
    mode_call_places,
    place_of_path,
)

FILE = "a_file_of_places.py"
TEXT = """\
from torch import nn
SHARED = nn.Linear(1, 1)
TYPED: nn.Module = nn.Linear(1, 1)
def made(): return SHARED
class Part(nn.Module):
    shared, log = 1, lambda *said: None
    typed: int = 3
    def __init__(self):
        super().__init__()
        self.plain = 1
        self.typed: int = 4
        self.grown = 0; self.grown += 1
        self.a, [self.b, *self.c] = 1, [2, 3]
        self.layers = nn.ModuleList(
            [nn.Linear(1, 1)]
        )
        setattr(self, "set", 1)
        object.__setattr__(self, "hidden", 1)
        self.__dict__["written"] = 1
        self.register_buffer("buffer", None)
        self.add_module(f"{1}", nn.ReLU())
        self.log("logged")
        self.log("logged", 1, 2)
        other = self; other.plain = 2
        self.eval()
    @property
    def computed(self): return 1
    def method(self): self.layers[0].requires_grad = False
    class Inner: pass
    def forward(self, x):
        self.train(); self.training = True; self.drop.training = False
        train(); x.eval
        return x
    def train(self, mode=True): return super().train(mode)
class Net(Part):
    def __init__(self):
        super().__init__()
        self.part = Part(); self.plain = 3; self.part = Part()
    def forward(self, x): return made()(x)
class Empty(nn.Module):
    shared = SHARED
def other():
    class Net(nn.Module):
        def forward(self, x): return x
    return Net
"""


@pytest.fixture(scope="module")
def file() -> Iterator[Any]:
    """A file that was run, and can be read."""
    linecache.cache[FILE] = (len(TEXT), None, TEXT.splitlines(keepends=True), FILE)
    module = ModuleType("a_file_of_places")
    sys.modules[module.__name__] = module
    exec(compile(TEXT, FILE, "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__], linecache.cache[FILE]


@pytest.mark.parametrize(
    ("attribute", "lines"),
    [
        ("plain", [10]),  # other.plain may be of another object
        ("shared", []),  # of two names at once, the text of a class tells neither
        ("typed", [7, 11]),
        ("grown", [12]),
        ("a", [13]),
        ("b", [13]),
        ("c", [13]),
        ("layers", [14]),
        ("set", [17]),
        ("hidden", [18]),
        ("written", [19]),
        ("buffer", [20]),
        ("logged", []),
        ("computed", [27]),
        ("method", []),
        ("Inner", []),
        ("nothing", []),
    ],
)
def test_the_statements_that_make_an_attribute(file: Any, attribute: str, lines: list[int]) -> None:
    places = assignment_places(file.Part, attribute)
    assert [each.line for each in places] == lines
    assert {each.file for each in places} <= {FILE}


def test_a_statement_of_several_lines_has_a_last_one(file: Any) -> None:
    assert assignment_places(file.Part, "layers") == (CodePlace(FILE, 14, 16),)


def test_the_class_itself_comes_before_those_that_it_derives_from(file: Any) -> None:
    assert [each.line for each in assignment_places(file.Net, "plain")] == [38, 10]
    assert assignment_places(nn.Linear, "weight") == ()


def test_where_a_class_stands(file: Any) -> None:
    assert class_place(file.Part) == CodePlace(FILE, 5)
    assert class_place(file.Net) == CodePlace(FILE, 35)
    assert class_place(file.Empty) is None  # it has no method by which it would be found
    assert class_place(file.other()) == CodePlace(FILE, 43)  # of two with one name
    assert class_place(nn.Linear) is None


def test_the_statements_that_set_a_flag_or_a_mode(file: Any) -> None:
    net = file.Net()
    assert [each.line for each in flag_places(net, "training")] == [31, 31]
    assert [each.line for each in flag_places(net, "requires_grad")] == [28]
    assert [each.line for each in mode_call_places(net, "train")] == [31]
    assert [each.line for each in mode_call_places(net, "eval")] == []  # only the constructor


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("(global: SHARED).weight", 2),
        ("(global: TYPED)", 3),
        ("(global: made)", 4),
        ("(global: Part)", 5),
        ("(global: gone)", None),
        ("SHARED", None),
    ],
)
def test_where_a_global_is_made(file: Any, path: str, line: int | None) -> None:
    place = global_place(file.Net, path)
    assert (place and place.line) == line
    assert global_place(nn.Linear, path) is None


def test_where_a_method_is_defined(file: Any) -> None:
    assert method_place(file.Net, "train") == CodePlace(FILE, 34)
    assert method_place(file.Net, "forward") == CodePlace(FILE, 39)
    assert method_place(file.Net, "nothing") is None


@pytest.mark.parametrize(
    ("path", "which", "line"),
    [
        ("layers.0.weight", 0, 14),
        ("layers[0]", 0, 14),
        ("part", 0, 38),
        ("part.plain", 0, 10),  # the innermost
        ("part.layers", 0, 14),
        ("plain", -1, 10),
        ("plain.more", 0, 38),  # no module, into which a path would lead
        ("nothing", 0, None),
        ("(global: SHARED)", 0, 2),
    ],
)
def test_the_assignment_that_leads_to_a_path(
    file: Any, path: str, which: int, line: int | None
) -> None:
    place = place_of_path(file.Net(), path, which)
    assert (place and place.line) == line


def test_a_file_that_was_changed_since_has_no_places(file: Any) -> None:
    linecache.cache[FILE] = (1, None, ["class\n"], FILE)
    try:
        assert class_place(file.Part) is None
        assert assignment_places(file.Part, "plain") == ()
    finally:
        linecache.cache[FILE] = (len(TEXT), None, TEXT.splitlines(keepends=True), FILE)
