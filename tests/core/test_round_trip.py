"""A model is called once before it is saved, and nothing else of it changes."""

import torch
from torch import Tensor, nn

from rollcall.core.first_forward import first_forward
from rollcall.core.input.model_input import ModelInput
from rollcall.core.round_trip import call_once


class Doubles(nn.Module):
    """Changes its input in place, and notes what it was given, and in which mode."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[list[float], bool]] = []
        self.weight = nn.Parameter(torch.ones(2))

    def forward(self, x: Tensor) -> Tensor:
        self.seen.append((x.tolist(), self.training))
        with torch.no_grad():
            x *= 2
        return x * self.weight


def test_a_model_is_called_in_its_mode_and_in_eval_and_stays_in_its_mode() -> None:
    for mode, called in ((True, [True, False]), (False, [False])):
        model = Doubles().train(mode)
        call_once(model, ModelInput.of(torch.ones(2)), seed=0)
        assert model.seen == [([1.0, 1.0], each) for each in called]
        assert model.training is mode


def test_each_call_gets_the_example_as_it_was() -> None:
    tensor = torch.ones(2)
    example = ModelInput.of(tensor)
    model = Doubles()
    call_once(model, example, seed=0)
    first_forward(model, example, seed=0)
    assert [given for given, _ in model.seen] == [[1.0, 1.0]] * 4
    assert tensor.tolist() == [1.0, 1.0]
