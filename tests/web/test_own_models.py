"""What the pages say of models that PyTorch's own tools or types treat badly."""

from web.course import Course
from web.page import Page

MODELS = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 10)

    def forward(self, x):
        return self.layer(x) / len(x)


class Extreme(Net):
    def __init__(self):
        super().__init__()
        self.register_buffer("huge", torch.tensor([70000.0, 70000.0, 1e-9]))


class YourLinear(nn.Linear):
    def forward(self, x):
        return x @ self.weight.T + self.bias
"""
COURSE = """
[[chapter]]
file = "own"
title = "Own"
input = [4, 10]
[chapter.models.YourLinear]
args = [10, 5]
"""


def told(course: Course, url: str) -> str:
    course.write("own.py", MODELS)
    course.write("course.toml", COURSE)
    answer = course.open().get(url)
    assert answer.status_code == 200
    return Page.of(answer).text


def test_numbers_that_a_move_loses_are_told(course: Course) -> None:
    text = told(course, "/device?left=own.Extreme&right=own.Net&dtype=float16")
    assert "huge lost 3 numbers: 2 became inf, 1 became 0" in text
    assert "3 of 3 tensors moved, 3 numbers lost" in text
    assert "layer lost" not in text


def test_what_torch_fx_cannot_follow_is_a_note(course: Course) -> None:
    text = told(course, "/preflight?left=own.Net&right=own.Net")
    assert "torch.fx cannot follow it" in text
    assert "RuntimeError: 'len' is not supported in symbolic tracing" in text
    assert "Net is ready to be trained" in text


def test_a_forward_that_needs_a_bias_does_not_pass_without(course: Course) -> None:
    text = told(course, "/layers?left=own.YourLinear&right=own.YourLinear")
    assert "11 of 12 checks pass" in text
    assert "TypeError: unsupported operand type(s) for +: 'Tensor' and 'NoneType'" in text
