"""The callback in a real fit of Lightning's, and what Lightning itself puts on a model."""

import warnings
from collections.abc import Iterator
from typing import Any

import lightning.pytorch as pl
import pytest
import torch
import torchmetrics
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics.classification import MulticlassAccuracy

import rollcall
from rollcall import UnregisteredError, UnregisteredWarning
from rollcall.core.rank import FINDINGS
from rollcall.lightning import RollCallCallback

X, Y = torch.rand(8, 4), torch.zeros(8, dtype=torch.long)


class Lit(pl.LightningModule):
    """It logs a metric, which keeps plain tensors and moves them itself."""

    def __init__(self, layers: Any) -> None:
        super().__init__()
        self.net = nn.Linear(4, 2)
        self.accuracy = MulticlassAccuracy(2)
        self.layers = layers

    def training_step(self, batch: Any, index: int) -> Tensor:
        x, y = batch
        out = self.layers[0](self.net(x))
        self.accuracy(out, y)
        self.log("accuracy", self.accuracy)
        return nn.functional.cross_entropy(out, y)

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), 0.1)


class Scans(pl.Callback):
    """Looks at the module while it is trained, when the trainer and its data hang on it."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def on_train_batch_end(self, trainer: Any, pl_module: Any, *rest: Any) -> None:
        self.missing |= {entry.path for entry in rollcall.scan(pl_module).missing}


@pytest.fixture
def heard() -> Iterator[list[warnings.WarningMessage]]:
    """Ours alone: Lightning warns of much that is none of our business."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UnregisteredWarning)
        yield told


def fit(model: Lit, *callbacks: pl.Callback) -> None:
    trainer = pl.Trainer(
        accelerator="cpu",
        callbacks=[*callbacks],
        max_steps=2,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(model, DataLoader(TensorDataset(X, Y), batch_size=4))


def test_a_fit_warns_of_the_module_once(heard: list[warnings.WarningMessage]) -> None:
    scans = Scans()
    fit(Lit([nn.Linear(2, 2)]), RollCallCallback(), scans)
    (told,) = map(str, [each.message for each in heard])
    assert told.startswith("Lit: layers is a plain list, so the optimizer")
    assert scans.missing == {"layers[0]", "layers[0].weight", "layers[0].bias"}


def test_a_healthy_module_is_silent(heard: list[warnings.WarningMessage]) -> None:
    rollcall.warn()
    try:
        fit(Lit(nn.ModuleList([nn.Linear(2, 2)])), RollCallCallback())
    finally:
        rollcall.warn(False)
    assert heard == []


def test_an_error_ends_the_fit(heard: list[warnings.WarningMessage]) -> None:
    with pytest.raises(UnregisteredError, match=r"Lit: layers is"):
        fit(Lit([nn.Linear(2, 2)]), RollCallCallback(error=True))


def test_what_a_metric_keeps_is_a_note() -> None:
    metrics = torchmetrics.MetricCollection([MulticlassAccuracy(2), torchmetrics.MeanMetric()])
    ranks = {each.path: each.rank for each in rollcall.find_unregistered(metrics)}
    assert ranks["MulticlassAccuracy.tp"] == "moved"
    assert not set(ranks.values()) & set(FINDINGS)
    metrics.double()
    assert metrics["MeanMetric"].mean_value.dtype == torch.float32
    metrics.set_dtype(torch.float64)
    assert metrics["MeanMetric"].mean_value.dtype == torch.float64
