"""A lecture file is run anew exactly where a model may have left something in it."""

from pathlib import Path

import pytest
from torch import nn

from rollcall.folders import MODELS
from rollcall.lectures.lecture_file import LoadedFile
from rollcall.lectures.target_files import lecture_files

CONSTANT = {
    "a class": "class Net(nn.Module):\n    size: int = 3\n    names = ('a', 'b')\n"
    "    def forward(self, x): return x",
    "super": "class Net(nn.Module):\n    def __init__(self, n=3, *, p=-0.5):\n"
    "        super().__init__()",
    "names from elsewhere": "from math import pi\nfrom torch.nn import Linear\n"
    "import torch.nn.functional as F",
    "a function": "def block(n, act=nn.ReLU, name='x'): return nn.Linear(n, n)",
    "a class in a class": "class Net(nn.Module):\n    class Part(nn.Module):\n"
    "        def forward(self, x): return x",
}
SHARING = {
    "a global layer": "shared = nn.Linear(2, 2)",
    "a global list": "calls = []",
    "a tensor in a tuple": "both = (1, torch.zeros(2))",
    "a default argument": "class Net(nn.Module):\n"
    "    def __init__(self, layer=nn.Linear(2, 2)): super().__init__()",
    "a default list": "def block(seen=[]): return seen",
    "a default by name": "def block(*, seen={}): return seen",
    "a layer in a class": "class Net(nn.Module):\n    layer = nn.Linear(2, 2)",
    "a list in a class in a class": "class Net(nn.Module):\n    class Part:\n        seen = []",
    "an object": "class Counter: pass\ncounter = Counter()",
    "a closure": "def make():\n    seen = []\n    return lambda: seen\nnet = make()",
    "a closure without contents": "def make():\n    def f(): return late\n"
    "    return f\n    late = 1\nnet = make()",
    "a decorator": "@torch.no_grad()\ndef f(x): return x",
}
LEAVING = {
    "a number in a class": ("class Net(nn.Module):\n    count = 0", "Net.count += 1"),
    "a name in a class": ("class Net(nn.Module): pass", "Net.seen = 1"),
    "a global number": ("count = 0", "count = 7_000_000"),
    "a global name": ("", "last = 1"),
    "an attribute of a function": ("def f(): pass", "f.calls = 1"),
    "a default": ("def f(n=1): pass", "f.__defaults__ = (2_000_000,)"),
    "another method": (
        "class Net(nn.Module):\n    def forward(self, x): return x",
        "Net.forward = lambda self, x: -x",
    ),
}
IMPORTS = "import torch\nfrom torch import nn\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "odd.py"


@pytest.mark.parametrize("text", CONSTANT.values(), ids=CONSTANT)
def test_where_nothing_can_change_it_is_run_once(path: Path, text: str) -> None:
    path.write_text(IMPORTS + text)
    file = LoadedFile(path)
    assert file.module is file.module


@pytest.mark.parametrize("text", SHARING.values(), ids=SHARING)
def test_where_something_can_change_it_is_always_run_anew(path: Path, text: str) -> None:
    path.write_text(IMPORTS + text)
    file = LoadedFile(path)
    assert file.module is not file.module


@pytest.mark.parametrize(("text", "doing"), LEAVING.values(), ids=LEAVING)
def test_where_something_was_changed_it_is_run_anew(path: Path, text: str, doing: str) -> None:
    path.write_text(IMPORTS + text)
    file = LoadedFile(path)
    first = file.module
    assert file.module is first
    exec(doing, vars(first))
    assert file.module is not first
    assert file.module is file.module


def test_using_a_model_leaves_nothing(path: Path) -> None:
    path.write_text(IMPORTS + "class Net(nn.Module):\n    def forward(self, x): return x")
    file = LoadedFile(path)
    model = file.module.Net()
    model.seen = [nn.Linear(2, 2)]
    model.eval()(1)
    assert file.module.Net is type(model)


@pytest.mark.parametrize("lecture", lecture_files(MODELS), ids=lambda path: path.stem)
def test_the_files_of_the_course_are_run_once(lecture: Path) -> None:
    file = LoadedFile(lecture)
    assert file.module is file.module
