"""Whose objects a walk looks into, and which code is being run."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.lecture_line import called_in, line_of
from rollcall.core.walk.instance_attributes import has_state, outline
from rollcall.core.walk.object_walk import walk


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


class ReadsALibrary(nn.Module):
    def forward(self, x: Tensor) -> Any:
        return x * a_library.TABLE


a_library = ModuleType("a_library")
vars(a_library)["TABLE"] = torch.ones(2)


@pytest.mark.parametrize(
    ("file", "paths"),
    [
        ("/home/me/a_library.py", ["forward (global: a_library.TABLE)"]),
        ("/usr/lib/python3/site-packages/a_library.py", []),
        ("/usr/lib/python3/dist-packages/a_library.py", []),
    ],
)
def test_what_another_file_holds_is_state_where_that_is_the_users(
    file: str, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(a_library, "__file__", file, raising=False)
    monkeypatch.setitem(sys.modules, "a_library", a_library)
    assert [found.path for found in walk(ReadsALibrary()).tensors] == paths


def test_a_stranger_in_a_registry_hides_nothing() -> None:
    """What stands behind it is registered, and it is looked into itself."""
    model = nn.Module()
    strangers: dict[str, Any] = {"odd": SimpleNamespace(hidden=torch.ones(1)), "none": None}
    model._parameters.update(strangers)
    model.register_parameter("weight", nn.Parameter(torch.ones(1)))
    found = {each.path: each.registered for each in walk(model).tensors}
    assert found == {"weight": True, "odd.hidden": False}


def test_which_code_is_being_run() -> None:
    assert called_in("_pytest")
    assert called_in(__name__)
    assert not called_in("torch._dynamo")
    assert line_of(__file__) == test_which_code_is_being_run.__code__.co_firstlineno + 4
    assert line_of("no such file") is None
