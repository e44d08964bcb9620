"""Some numbers of an answer are read off it, whatever it holds."""

from pathlib import Path

import pytest
import torch

from rollcall.experiments.training.answered_numbers import MOST_ANSWERS, some_of
from rollcall.experiments.training.experiment import TrainingQuery, training
from rollcall.lectures.loading import load

NUMBERS = torch.arange(300.0).reshape(3, 100).t()
CODES = """
import torch
from torch import nn
class Codes(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 100)
    def forward(self, x):
        return self.layer(x).abs().to(torch.uint64)
class Quantized(Codes):
    def forward(self, x):
        return torch.quantize_per_tensor(self.layer(x), 0.1, 0, torch.quint8)
"""


@pytest.mark.parametrize(
    "dtype",
    [
        *(torch.float32, torch.float64, torch.bfloat16, torch.float8_e4m3fn, torch.int8),
        *(torch.bool, torch.uint16, torch.uint64, torch.complex64),
    ],
)
def test_the_numbers_are_those_that_lie_evenly_in_the_answer(dtype: torch.dtype) -> None:
    answer = NUMBERS.remainder(100).to(dtype).requires_grad_(dtype.is_floating_point)
    expected = [answer.detach().real.float().flatten()[place].item() for place in range(300)]
    some = some_of([answer]).tolist()
    assert len(some) == MOST_ANSWERS
    assert (some[0], some[-1]) == (expected[0], expected[-1])
    places = torch.linspace(0, 299, MOST_ANSWERS, dtype=torch.float64).round().long().tolist()
    assert some == [expected[place] for place in places]


def test_several_tensors_are_one_answer_and_a_few_numbers_are_all_told() -> None:
    parts = [NUMBERS[:10], torch.tensor(7), NUMBERS[:0], NUMBERS[0].to_sparse()]
    assert some_of(parts).tolist() == [*NUMBERS[:10].flatten().tolist(), 7.0]
    assert some_of([NUMBERS[3]]).tolist() == NUMBERS[3].tolist()
    assert some_of([NUMBERS.to_sparse()]).tolist() == []


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
@pytest.mark.parametrize("name", ["Codes", "Quantized"])
def test_a_model_whose_answer_holds_no_floats_is_no_fault_of_ours(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "codes.py").write_text(CODES)
    query = TrainingQuery(left=f"codes.{name}", right=f"codes.{name}", steps=2)
    subject = training(query, load(tmp_path)).left
    assert subject.raised or subject.stopped
    assert len(subject.answered) in (0, MOST_ANSWERS)
