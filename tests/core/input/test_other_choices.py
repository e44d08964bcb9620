"""What a caller of a forward may choose otherwise."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.input.other_choices import MOST_CHOICES, other_choices

X = torch.zeros(2, 3)


class Chosen(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.heads = nn.ModuleDict({key: nn.Linear(3, 1) for key in ("a", "b", "c")})
        self.layers = nn.ModuleList(nn.Linear(3, 3) for _ in range(2))

    def forward(self, x: Tensor, task: str = "a", *, layer: int = 0, aux: bool = False) -> Tensor:
        head: Tensor = self.heads[task](self.layers[layer](x))
        return head


class Nothing(nn.Module):
    def forward(self, x: Tensor, scale: float = 1.0, mode: str = "sum", times: int = 5) -> Tensor:
        return x * scale


class Many(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Identity() for _ in range(40))

    def forward(self, x: Tensor, layer: int = 0) -> Any:
        return self.layers[layer](x)


def told(model: nn.Module, x: ModelInput) -> list[tuple[Any, ...]]:
    """Of each call, what is no tensor."""
    calls = other_choices(model, x)
    return [(*(each for each in x.args if each is not X), x.kwargs) for x in calls]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            ModelInput.of(X),
            [({"task": "b"},), ({"task": "c"},), ({"layer": 1},), ({"aux": True},)],
        ),
        (
            ModelInput.of(X, "b", layer=1),
            [
                ("a", {"layer": 1}),
                ("c", {"layer": 1}),
                ("b", {"layer": 0}),
                ("b", {"layer": 1, "aux": True}),
            ],
        ),
    ],
)
def test_a_key_a_place_and_a_flag_are_changed_one_by_one(
    given: ModelInput, expected: list[tuple[Any, ...]]
) -> None:
    assert told(Chosen(), given) == expected


def test_what_chooses_no_part_stays() -> None:
    assert told(Nothing(), ModelInput.of(X)) == []


def test_there_are_only_so_many() -> None:
    assert len(other_choices(Many(), ModelInput.of(X))) == MOST_CHOICES


def test_a_forward_without_a_signature_has_no_choices() -> None:
    model = Nothing()
    model.forward = torch.add  # type: ignore[assignment]
    assert told(model, ModelInput.of(X)) == []
