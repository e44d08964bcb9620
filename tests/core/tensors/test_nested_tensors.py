"""The tensors of an answer are found in whatever a forward may return."""

from collections import UserDict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.tensors.nested_tensors import named_tensors, tensors_in

ONE, TWO = torch.tensor(1.0), torch.tensor(2.0)


class Pair(NamedTuple):
    first: Tensor
    rest: tuple[Tensor, ...]


@dataclass
class Answer:
    logits: Tensor
    hidden: Any = ()


@dataclass(slots=True)
class Slotted:
    logits: Tensor
    name: str = "logits"


class OwnDict(dict[str, Tensor]):
    pass


def tied() -> Answer:
    """It holds itself."""
    answer = Answer(ONE)
    answer.hidden = [answer, TWO]
    return answer


@pytest.mark.parametrize(
    ("structure", "names"),
    [
        (ONE, [""]),
        ([ONE, {"b": TWO}], ["[0]", "[1]['b']"]),
        (Pair(ONE, (TWO,)), [".first", ".rest[0]"]),
        (Answer(ONE, (TWO,)), [".logits", ".hidden[0]"]),
        (Slotted(ONE), [".logits"]),
        ([SimpleNamespace(y=ONE, n=3)], ["[0].y"]),
        (OwnDict(y=ONE), ["['y']"]),
        (UserDict(y=ONE), [".data['y']"]),
        (torch.distributions.Normal(ONE, TWO), [".loc", ".scale"]),
        (tied(), [".logits", ".hidden[1]"]),
        ("logits", []),
        (None, []),
        (nn.Linear(2, 2), []),
        (torch.relu, []),
    ],
)
def test_each_is_named_by_where_it_stands(structure: Any, names: list[str]) -> None:
    found = list(named_tensors(structure))
    assert [name for name, _ in found] == names
    tensors = tensors_in(structure)
    assert len(tensors) == len(found)
    assert all(one is other for one, (_, other) in zip(tensors, found, strict=True))
