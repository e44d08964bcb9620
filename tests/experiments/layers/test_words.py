"""The layers page of what a student may hand in: endless, half done, odd, or not to be checked."""

import re
from itertools import pairwise

import pytest
from starlette.testclient import TestClient

from rollcall.experiments.layers.experiment import LayersQuery
from web.course import Course
from web.page import Page

HEAD = "import torch\nfrom torch import nn\n"


def told(client: TestClient, left: str, right: str, status: int = 200, **parameters: object) -> str:
    answer = client.get(
        LayersQuery.model_validate({"left": left, "right": right, **parameters}).url
    )
    assert answer.status_code == status
    return Page.of(answer).text


def handed_in(course: Course, body: str) -> TestClient:
    course.write("own.py", HEAD + body)
    return course.open()


ENDLESS = {"MyReLU": "__init__(self)", "MySELU": "forward(self, x)"}


def test_an_exercise_that_loops_for_ever_is_stopped(course: Course) -> None:
    loops = [
        f"class {name}(nn.Module):\n    def {method}:\n        while True: pass\n"
        for name, method in ENDLESS.items()
    ]
    client = handed_in(course, "class MyTanh(nn.Tanh): pass\n" + "".join(loops))
    with course.limit(0.5):
        for name in ENDLESS:
            text = told(client, f"own.{name}", f"own.{name}", 504)
            assert "No answer within 0.5 seconds" in text, name
    assert "MyTanh passes all 7 checks against nn.Tanh()." in told(
        client, "own.MyTanh", "own.MyTanh"
    )


ODD = {
    "MyTanh": "pass",
    "MyGELU": "return x, x",
    "MyELU": "return x.sum()",
    "MySiLU": "return x.long()",
    "MyMish": "raise OSError",
    "MySELU": "x[x < 0] = 0; return x",
}


def test_whatever_forward_does_there_is_a_page(course: Course) -> None:
    classes = (
        f"class {name}(nn.Module):\n    def forward(self, x):\n        {body}\n"
        for name, body in ODD.items()
    )
    client = handed_in(course, "".join(classes))
    for left, right in pairwise([*ODD, *ODD]):
        text = told(client, f"own.{left}", f"own.{right}")
        assert f"{left} fails" in text
        assert f"{right} fails" in text
        assert "to do" not in text


def test_a_reference_that_cannot_be_built_or_asked(course: Course) -> None:
    client = handed_in(
        course, "class MyConv2d(nn.Module): pass\nclass MyCTCLoss(nn.Module): pass\n"
    )
    text = told(client, "own.MyConv2d", "own.MyCTCLoss")
    assert "its reference raises TypeError" in text
    assert "missing 3 required positional arguments: 'in_channels'" in text
    assert "of which nothing can be checked here" in text


def test_a_model_that_imitates_nothing_leads_to_those_that_do(app_client: TestClient) -> None:
    url = LayersQuery(left="containers.BadListNet", right="linear.MyLinear").url
    page = Page.of(app_client.get(url))
    assert "BadListNet imitates no layer of PyTorch’s" in page.text
    links = [
        link for link in page.links if "left=activations.NaiveTanh&right=linear.MyLinear" in link
    ]
    assert app_client.get(links[0]).status_code == 200


NARRATIONS = {
    (
        "wrong_layers.ForgetfulLinear",
        "linear.MyLinear",
    ): "ForgetfulLinear fails 6 checks, first “output”: y[3, 1] is "
    "−0.364 instead of −0.0495. MyLinear passes all 12 checks against nn.Linear(10, 5).",
    (
        "wrong_layers.TransposedLinear",
        "wrong_layers.TensorLinear",
    ): "TransposedLinear fails 2 checks, first “weight”: "
    "(10, 5) instead of (5, 10). "
    "TensorLinear fails 2 checks, first “weight”: Tensor instead of Parameter.",
    (
        "wrong_layers.StubbornLinear",
        "wrong_layers.StubbornLinear",
    ): "StubbornLinear fails 1 check, “bias=False”: Parameter (5,) instead of None.",
    (
        "exercises.YourTanh",
        "activations.NaiveTanh",
    ): "YourTanh is still to be written: 7 checks wait. NaiveTanh fails 2 "
    "checks, first “large values”: f(89) is NaN instead of 1.00.",
    (
        "linear.MyLinearStack",
        "dropout.MyDropout",
    ): "MyLinearStack passes all 9 checks against LinearStack(). "
    "MyDropout passes all 9 checks against nn.Dropout().",
    (
        "init_or_forward.LateLayerNet",
        "activations.MyReLU",
    ): "LateLayerNet imitates no layer of PyTorch’s, so there is "
    "nothing to check it against. MyReLU passes all 7 checks against nn.ReLU().",
    (
        "containers.BadListNet",
        "containers.ModuleListNet",
    ): "Neither BadListNet nor ModuleListNet imitates a layer of "
    "PyTorch’s: there is nothing to check them against.",
}


@pytest.mark.parametrize("pair", NARRATIONS, ids=lambda pair: "-".join(pair))
def test_the_narration(app_client: TestClient, pair: tuple[str, str]) -> None:
    html = app_client.get(LayersQuery(left=pair[0], right=pair[1]).url).text
    narration = re.search(r'<p class="narration"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert narration
    assert " ".join(re.sub(r"<[^>]*>", "", narration[1]).split()) == NARRATIONS[pair]


def test_a_number_told_wrong_never_looks_like_the_right_one(app_client: TestClient) -> None:
    text = told(app_client, "wrong_layers.ForgetfulLinear", "activations.NaiveTanh")
    pairs = re.findall(r"is (−?[\d.e−+]+|NaN) ?, not (−?[\d.e−+]+|NaN)", text)
    assert len(pairs) >= 6
    assert all(found != wanted for found, wanted in pairs)


def test_the_form_keeps_a_range_that_is_not_shown(app_client: TestClient) -> None:
    for right in ("linear.MyLinear", "activations.MyTanh"):
        url = LayersQuery(left="linear.MyLinear", right=right, reach=123, cell="1,2").url
        page = Page.of(app_client.get(url))
        assert "reach=123" in page.form
        assert "cell=1%2C2" in page.form
