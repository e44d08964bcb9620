"""Which tensors may be derived, and which of them two forwards have made anew."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.remade import RemadeTensors, may_be_derived
from rollcall.core.walk.object_walk import walk


class Holds(nn.Module):
    """Everything in which a tensor may be kept."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(1, 1)
        self.register_buffer("buffer", torch.ones(1))
        self.parts = [nn.BatchNorm1d(1, affine=False)]
        self.weights = [nn.Parameter(torch.ones(1))]
        self.layer.cache = torch.ones(1)
        self.cache = torch.ones(1)


def test_what_may_be_derived() -> None:
    """No Parameter, nothing registered, and nothing of a module that is itself hidden."""
    asked = [found.path for found in walk(Holds()).tensors if may_be_derived(found)]
    assert asked == ["cache", "layer.cache"]


def put(value: Callable[[Any], Tensor]) -> Callable[[Any], None]:
    return lambda model: setattr(model, "cache", value(model))


def changed_in_place(model: Any) -> None:
    model.cache += 0


@pytest.mark.parametrize(
    ("first", "second", "remade"),
    [
        (put(lambda m: torch.zeros(1)), put(lambda m: torch.zeros(1)), {"cache"}),
        (put(lambda m: torch.zeros(1)), put(lambda m: torch.ones(1)), set()),  # a state
        (put(lambda m: torch.zeros(1)), put(lambda m: m.cache), set()),  # made once
        (put(lambda m: m.cache), put(lambda m: torch.ones(1)), set()),
        (changed_in_place, changed_in_place, set()),
        (put(lambda m: torch.zeros(1)), lambda m: delattr(m, "cache"), set()),
        (lambda m: delattr(m, "cache"), put(lambda m: torch.ones(1)), set()),
    ],
)
def test_what_each_of_two_forwards_makes_anew(
    first: Callable[[Any], None], second: Callable[[Any], None], remade: set[str]
) -> None:
    model = Holds()
    looks = RemadeTensors(model, walk(model))
    assert looks.is_asked
    first(model)
    looks.look()
    assert looks.paths == set()  # of one forward nobody can tell
    second(model)
    looks.look()
    assert looks.paths == remade


def test_where_nothing_may_be_derived_nothing_is_asked() -> None:
    model = nn.Linear(1, 1)
    looks = RemadeTensors(model, walk(model))
    for _ in range(2):
        model.weight = nn.Parameter(torch.ones(1, 1))
        looks.look()
    assert not looks.is_asked
    assert looks.paths == set()
