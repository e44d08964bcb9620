"""What holds nothing before a forward holds nothing after it, whatever the forward put there."""

from collections import OrderedDict, deque
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.scan import scan


class Plain:
    """An object without an attribute."""


class Slotted:
    __slots__ = ("last",)


class Names(dict[str, Any]):
    """A dict that may have attributes, too."""


def function(x: Any) -> Any:
    return x


def closing_over() -> Any:
    kept: list[Any] = []

    def inner(x: Any) -> Any:
        kept.append(x)
        return kept

    return inner


class Net(nn.Module):
    """Its forward puts something where nothing was."""

    def __init__(self, place: Any, put: Any) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.place, self.put = place, put

    def forward(self, x: Tensor) -> Any:
        self.put(self.place, x)
        return self.layer(x)


def set_last(place: Any, x: Tensor) -> None:
    place.last = x


def held(place: Any) -> list[Any]:
    """What is on it, and in it."""
    inside = [place.last] if hasattr(place, "last") else []
    if isinstance(place, dict):
        return [*inside, *place.values()]
    if isinstance(place, list | set | deque):
        return [*inside, *place]
    return inside


@pytest.mark.parametrize(
    ("place", "put"),
    [
        (Plain(), set_last),
        (SimpleNamespace(), set_last),
        (Slotted(), set_last),
        (function, set_last),
        (Names(), set_last),
        (Names(), lambda place, x: place.update(last=x)),
        (nn.Identity(), set_last),
        ({}, lambda place, x: place.update(last=x)),
        (OrderedDict(), lambda place, x: place.update(last=x)),
        ([], lambda place, x: place.append(x)),
        (set(), lambda place, x: place.add(x)),
        (deque(), lambda place, x: place.append(x)),
    ],
)
def test_what_was_empty_is_empty_again(place: Any, put: Any) -> None:
    model = Net(place, put)
    for _ in range(2):
        scan(model, torch.ones(1, 2))
        assert held(place) == []


def test_a_list_that_a_function_closes_over_is_empty_again() -> None:
    function = closing_over()
    scan(Net(function, lambda place, x: place(x)), torch.ones(1, 2))
    assert function(1) == [1]
