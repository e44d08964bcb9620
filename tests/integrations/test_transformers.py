"""The callback in a real training of transformers' Trainer."""

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall import UnregisteredWarning

pytestmark = pytest.mark.integrations


class Net(nn.Module):
    """What a Trainer takes: its forward answers with a loss."""

    def __init__(self, layers: Any) -> None:
        super().__init__()
        self.net = nn.Linear(4, 2)
        self.layers = layers

    def forward(self, x: Tensor, labels: Tensor) -> dict[str, Tensor]:
        out = self.layers[0](self.net(x))
        return {"loss": nn.functional.cross_entropy(out, labels), "logits": out}


@pytest.mark.parametrize(
    ("layers", "told"),
    [([nn.Linear(2, 2)], ["Net: layers"]), (nn.ModuleList([nn.Linear(2, 2)]), [])],
    ids=["hidden", "registered"],
)
def test_a_training_warns_of_the_model_once(layers: Any, told: list[str], tmp_path: Path) -> None:
    from transformers import Trainer, TrainingArguments

    from rollcall.transformers import RollCallCallback

    rows = [{"x": torch.rand(4), "labels": torch.tensor(0)} for _ in range(4)]
    options = TrainingArguments(
        str(tmp_path), max_steps=2, report_to=[], use_cpu=True, save_strategy="no"
    )
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UnregisteredWarning)
        Trainer(Net(layers), options, train_dataset=rows, callbacks=[RollCallCallback()]).train()
    assert [str(each.message).partition(" is ")[0] for each in heard] == told
