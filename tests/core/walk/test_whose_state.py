"""Whose objects a walk looks into, and which code is being run."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from rollcall.core.lecture_line import called_in, line_of
from rollcall.core.walk.instance_attributes import has_state, outline


def of(home: str) -> type:
    return type("Thing", (), {"__module__": home})


@pytest.mark.parametrize(
    ("home", "state"),
    [
        ("lecture", True),
        ("mypackage.logging", True),
        ("torch.nn.modules.linear", True),
        ("torch.nn", True),
        ("torch.nnx", False),
        ("torch.utils.data.dataset", True),
        ("torch.optim.sgd", False),
        ("rollcall.core", False),
        ("lightning.pytorch.trainer", False),
        ("accelerate", False),
        ("logging", False),
        ("multiprocessing.pool", False),
        ("collections", True),
        ("ast_of_mine", True),
    ],
)
def test_whose_attributes_may_be_state(home: str, state: bool) -> None:
    assert has_state(of(home)) is state


def test_what_trains_is_no_state_wherever_it_is_from() -> None:
    class Own(torch.optim.SGD): ...

    assert not has_state(Own)
    assert has_state(nn.Module)
    assert has_state(SimpleNamespace)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, ""),
        ("text", ""),
        (dict, "class builtins.dict"),
        (torch.ones(2, 3), "Tensor (2, 3) torch.float32 False"),
        (nn.Parameter(torch.ones(1)), "Parameter (1,) torch.float32 True"),
        (nn.LazyLinear(1).weight, "UninitializedParameter None torch.float32 True"),
        (SimpleNamespace(a=1, b=[2]), "SimpleNamespace [('a', 1)]"),
        (of, f"function {__name__}.of"),
    ],
)
def test_an_object_is_outlined_without_its_address(value: Any, expected: str) -> None:
    assert outline(value) == expected


def test_which_code_is_being_run() -> None:
    assert called_in("_pytest")
    assert called_in(__name__)
    assert not called_in("torch._dynamo")
    assert line_of(__file__) == test_which_code_is_being_run.__code__.co_firstlineno + 4
    assert line_of("no such file") is None
