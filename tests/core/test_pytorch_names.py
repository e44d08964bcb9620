"""A function is called what a lecture calls it, whichever way it was called."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rollcall.core.pytorch_names import name_of, of_pytorch, short_name


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (F.relu, "F.relu"),
        (F.linear, "F.linear"),  # of torch._C._nn, which no lecture names
        (nn.init.zeros_, "init.zeros_"),
        (torch.where, "torch.where"),
        (Tensor.add, "add"),
        (Tensor.__add__, "add"),
        (Tensor.__radd__, "radd"),
        (Tensor.add_, "add_"),
        (Tensor.__getitem__, "getitem"),
    ],
)
def test_a_function_is_named_as_it_is_written(function: Any, name: str) -> None:
    assert name_of(function) == name


def test_a_dtype_and_a_device_are_named_as_one_says_them() -> None:
    assert short_name(torch.float32) == "float32"
    assert short_name(torch.device("cuda", 1)) == "cuda:1"


def test_a_subclass_is_the_lectures_own() -> None:
    class Own(nn.Linear):
        pass

    assert of_pytorch(nn.Linear(1, 1))
    assert not of_pytorch(Own(1, 1))
