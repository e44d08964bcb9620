"""The sentence above both columns, for one, two and many of what it counts."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape

import pytest
from starlette.testclient import TestClient

from rollcall.experiments import EXPERIMENTS
from web.course import Course

NAMES = {1: "One", 2: "Two", 3: "Three"}


def model(name: str, made: str) -> str:
    """A model of as many tensors of ten numbers as its name says, all of them used."""
    count = {name: n for n, name in NAMES.items()}[name.removeprefix("Plain").removeprefix("Known")]
    assigned = "".join(f"        self.t{index} = {made}\n" for index in range(count))
    used = "".join(f" + self.t{index}" for index in range(count))
    return (
        f"class {name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n{assigned}"
        f"    def forward(self, x):\n        return x{used}\n"
    )


COUNTED = "import torch\nfrom torch import nn\n" + "".join(
    model(f"Plain{name}", "torch.randn(10, requires_grad=True)")
    + model(f"Known{name}", "nn.Parameter(torch.randn(10))")
    for name in NAMES.values()
)
OTHERS = """
import torch
from torch import nn

class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.known = nn.Parameter(torch.zeros(10))
        self.plain = torch.randn(10, requires_grad=True)

    def forward(self, x):
        return x + self.known + self.plain

class TwoPlaces(nn.Module):
    def __init__(self):
        super().__init__()
        self.known = nn.Parameter(torch.zeros(10))
        self.drops = [nn.Dropout(0.5)]
        self.tables = {"a": nn.Dropout(0.5)}

    def forward(self, x):
        return self.tables["a"](self.drops[0](x + self.known))

class OneNumber(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, x):
        return x * self.scale
"""


def narration(
    client: TestClient, page: str, left: str, right: str = "", **parameters: object
) -> str:
    """What is said of a pair."""
    query = EXPERIMENTS[page].query.model_validate(
        {"left": left, "right": right or left, **parameters}
    )
    answer = client.get(query.url)
    assert answer.status_code == 200
    found = re.search(r'id="narration">(.*?)</p>', answer.text, re.DOTALL)
    assert found
    return unescape(" ".join(re.sub("<[^>]+>", "", found[1]).split()))


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("counted") / "course", clients)
        course.write("own.py", COUNTED)
        course.write("others.py", OTHERS)
        yield course.open()


def test_one_two_and_three_tensors(counted: TestClient) -> None:
    expected = {
        ("device", "Known"): [
            "KnownOne’s only tensor moves.",
            "Both tensors of KnownTwo move.",
            "All 3 tensors of KnownThree move.",
        ],
        ("device", "Plain"): [
            ".double() leaves PlainOne’s only tensor behind: t0 is a plain tensor;",
            ".double() leaves both tensors of PlainTwo behind: "
            "t0 is a plain tensor, t1 is a plain tensor;",
            ".double() leaves all 3 tensors of PlainThree behind: "
            "t0 is a plain tensor, t1 is a plain tensor;",
        ],
        ("saving", "Known"): [
            "KnownOne’s file holds its only tensor: same outputs.",
            "KnownTwo’s file holds both tensors: same outputs.",
            "KnownThree’s file holds all 3 tensors: same outputs.",
        ],
        ("saving", "Plain"): [
            "PlainOne’s file does not hold its only tensor, PyTorch says",
            "PlainTwo’s file holds neither of its two tensors, PyTorch says",
            "PlainThree’s file holds none of its 3 tensors, PyTorch says",
        ],
        ("training", "Plain"): [
            "PlainOne learns nothing: its one tensor gets a gradient and never changes.",
            "PlainTwo learns nothing: both tensors get gradients and never change.",
            "PlainThree learns nothing: all 3 tensors get gradients and never change.",
        ],
        ("registry", "Plain"): [
            "PyTorch sees none of PlainOne’s, because t0 is a plain tensor.",
            "PyTorch sees none of PlainTwo’s, "
            "because t0 is a plain tensor and t1 is a plain tensor.",
            "PyTorch sees none of PlainThree’s, "
            "because t0 is a plain tensor, t1 is a plain tensor and more.",
        ],
    }
    for (page, kind), sentences in expected.items():
        for name, sentence in zip(NAMES.values(), sentences, strict=True):
            assert sentence in narration(counted, page, f"own.{kind}{name}"), (page, kind, name)


def test_some_of_several(counted: TestClient) -> None:
    assert "leaves 1 of 2 tensors of Half behind" in narration(counted, "device", "others.Half")
    assert "Half’s file holds 1 of its 2 tensors" in narration(counted, "saving", "others.Half")
    assert "1 of Half’s 2 tensors never changes, though it gets a gradient" in narration(
        counted, "training", "others.Half"
    )
    assert "PyTorch sees only 10 of Half’s, because plain is a plain tensor." in narration(
        counted, "registry", "others.Half"
    )


def test_one_number_is_singular(counted: TestClient) -> None:
    assert narration(counted, "registry", "others.OneNumber") == (
        "Both compute with 1 trainable number, and PyTorch knows it."
    )


def test_all_parameters_are_registered_and_something_else_is_not(counted: TestClient) -> None:
    beside = narration(counted, "registry", "others.TwoPlaces", "own.KnownOne")
    assert beside.endswith(
        "All parameters are registered, but drops is a plain list and tables is a plain dict, "
        "so eval() will not reach them."
    )
    both = narration(counted, "registry", "others.TwoPlaces")  # one model is told of once
    assert both.count("All parameters are registered, but") == 1


BUILT_IN = {
    (
        "registry",
        "dropout.DropoutListNet",
        "dropout.DropoutModuleListNet",
        "train",
    ): "All parameters are registered, but dropouts is a plain list, so eval() will not reach it.",
    (
        "registry",
        "parameters.TableNet",
        "parameters.BufferNet",
        "train",
    ): "All parameters are registered, "
    "but table is a plain tensor, so .to() and state_dict() will not reach it.",
    (
        "registry",
        "containers.BadListNet",
        "containers.ModuleListNet",
        "train",
    ): "PyTorch sees none of BadListNet’s, because layers is a plain list.",
    (
        "modes",
        "dropout.MyDropout",
        "containers.BadListNet",
        "eval",
    ): "Two forwards of MyDropout are equal. "
    "layers[0] and layers[1] of BadListNet stayed in training mode; "
    "no layer here behaves differently in it.",
    (
        "modes",
        "dropout.MyDropout",
        "dropout.DropoutNet",
        "train",
    ): "MyDropout drops in training mode: two forwards",
    (
        "modes",
        "dropout.DropoutListNet",
        "dropout.DropoutNet",
        "eval",
    ): "In DropoutListNet, dropouts[0] and dropouts[1]",
    (
        "dropout",
        "containers.BadListNet",
        "activations.MyReLU",
        "train",
    ): "BadListNet has no dropout. MyReLU has",
    (
        "preflight",
        "containers.BadListNet",
        "linear.MyLinear",
        "train",
    ): "BadListNet fails 12 of 14 checks; "
    "PyTorch raises an error for only 5. MyLinear is ready to be trained.",
    (
        "layers",
        "activations.MyTanh",
        "linear.MyLinear",
        "train",
    ): "MyTanh passes all 7 checks against nn.Tanh(). "
    "MyLinear passes all 12 checks against nn.Linear(10, 5).",
}


@pytest.mark.parametrize("asked", BUILT_IN, ids=lambda asked: f"{asked[0]}-{asked[1]}-{asked[3]}")
def test_what_is_said_of_the_built_in_models(
    app_client: TestClient, asked: tuple[str, str, str, str]
) -> None:
    page, left, right, mode = asked
    assert BUILT_IN[asked] in narration(app_client, page, left, right, mode=mode)


def test_none_is_assigned(app_client: TestClient) -> None:
    query = EXPERIMENTS["assign"].query
    answer = app_client.get(query.model_validate({"slot": "parameter", "value_left": "none"}).url)
    text = re.sub("<[^>]+>", "", answer.text)
    assert "stays registered in _parameters as None." in text
