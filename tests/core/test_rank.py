"""What is a finding and what is a note: facts of PyTorch that a scanner must not shout about."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune

from core.planted import Holder as Net
from core.small_modules import CLASSES, small
from rollcall.core.rank import FINDINGS, Rank
from rollcall.core.scan import scan
from rollcall.core.unregistered import find_unregistered

X = torch.ones(1, 2)


def holder(**attributes: Any) -> Any:
    model = Net()
    for name, value in attributes.items():
        setattr(model, name, value)
    return model


def ranks(model: nn.Module) -> dict[str, Rank]:
    return {each.path: each.rank for each in find_unregistered(model)}


def findings(model: nn.Module) -> list[str]:
    return [path for path, rank in ranks(model).items() if rank in FINDINGS]


class Reads(nn.Module):
    """Its forward reads its mode, in a method of its own."""

    def forward(self, x: Tensor) -> Tensor:
        return self.drop(x)

    def drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, training=self.training)


class Sets(nn.Module):
    """It only sets its mode."""

    def train(self, mode: bool = True) -> Any:
        self.training = mode
        return self

    def forward(self, x: Tensor) -> Tensor:
        return x


def test_what_can_be_trained() -> None:
    model = holder(layers=[nn.Linear(2, 2)], weights={"a": torch.ones(1, requires_grad=True)})
    assert set(ranks(model).values()) == {"trainable"}


def test_a_copy_of_a_parameter_that_nothing_else_leads_to() -> None:
    assert ranks(holder(gate=nn.Parameter(torch.ones(2)) * 0.01)) == {"gate": "trainable"}


def test_what_behaves_differently_in_eval() -> None:
    assert ranks(holder(parts=[nn.Dropout(), Reads(), nn.BatchNorm1d(2, affine=False)])) == {
        "parts[0]": "stateful",
        "parts[1]": "stateful",
        "parts[2]": "stateful",
        "parts[2].running_mean": "tensor",
        "parts[2].running_var": "tensor",
        "parts[2].num_batches_tracked": "tensor",
    }


def test_what_a_move_or_a_file_would_need() -> None:
    table = nn.Parameter(torch.ones(2), requires_grad=False)
    assert ranks(holder(mask=torch.ones(2), tables=[table])) == {
        "mask": "tensor",
        "tables[0]": "tensor",
    }


def test_a_teacher_that_is_frozen_is_a_note_if_it_is_in_eval() -> None:
    teacher = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).requires_grad_(False)
    model = holder(teachers=[teacher])
    assert findings(model) == ["teachers[0].1"]  # its statistics still move
    teacher.eval()
    assert findings(model) == []
    assert set(ranks(model).values()) == {"frozen", "stateless"}


def test_one_layer_that_is_trained_makes_no_frozen_model() -> None:
    body = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)).eval()
    body[0].requires_grad_(False)
    assert findings(holder(bodies=[body])) == [
        "bodies[0].0",
        "bodies[0].1",
        "bodies[0].0.weight",
        "bodies[0].0.bias",
        "bodies[0].1.weight",
        "bodies[0].1.bias",
    ]


def test_what_was_computed_from_what_is_known_is_a_note() -> None:
    layer = nn.Linear(2, 2)
    model = holder(layer=layer, hidden=[nn.Linear(2, 2)])
    model.cache = layer(X)
    model.loss = model.hidden[0](X).sum()
    model.turned = layer.weight.t()
    ranked = ranks(model)
    assert [ranked[path] for path in ("cache", "loss", "turned")] == ["derived"] * 3


def test_the_same_memory_is_a_note() -> None:
    model = holder(layer=nn.Linear(2, 2))
    model.raw = [model.layer.weight.data, model.layer.bias.detach()[:1]]
    assert ranks(model) == {"raw[0]": "derived", "raw[1]": "derived"}


def test_what_has_no_memory_shares_none() -> None:
    model = holder(empty=nn.Parameter(torch.empty(0)), table=torch.empty(0))
    assert ranks(model) == {"table": "tensor"}
    model = holder(layer=nn.Linear(2, 2, device="meta"), table=torch.ones(2, device="meta"))
    assert ranks(model) == {"table": "tensor"}
    assert ranks(holder(table=torch.eye(2).to_sparse())) == {"table": "tensor"}


def test_modules_with_nothing_in_them_are_notes() -> None:
    assert ranks(holder(parts=[nn.ReLU(), Sets(), nn.Sequential(nn.Tanh())])) == {
        "parts[0]": "stateless",
        "parts[1]": "stateless",
        "parts[2]": "stateless",
        "parts[2].0": "stateless",
    }


def old_weight_norm() -> nn.Module:
    return nn.utils.weight_norm(nn.Linear(2, 2))


def pruned() -> nn.Module:
    layer = nn.Linear(2, 2)
    prune.random_unstructured(layer, "weight", 0.5)  # type: ignore[no-untyped-call]
    prune.l1_unstructured(layer, "weight", 0.5)  # type: ignore[no-untyped-call]
    return layer


DERIVING: dict[str, Callable[[], Any]] = {
    "old weight_norm": old_weight_norm,
    "old spectral_norm": lambda: nn.utils.spectral_norm(nn.Linear(2, 2)),
    "pruned": pruned,
    "weight_norm": lambda: parametrizations.weight_norm(nn.Linear(2, 2)),
    "spectral_norm": lambda: parametrizations.spectral_norm(nn.Linear(2, 2)),
    "orthogonal": lambda: parametrizations.orthogonal(nn.Linear(2, 2)),
    "traced by fx": lambda: torch.fx.symbolic_trace(nn.Sequential(nn.Linear(2, 2), nn.ReLU())),
    "exported": lambda: torch.export.export(nn.Linear(2, 2), (X,)).module(),
    "traced": lambda: torch.jit.trace(nn.Linear(2, 2), X),  # type: ignore[no-untyped-call]
    "scripted": lambda: torch.jit.script(nn.Linear(2, 2)),
    "frozen": lambda: torch.jit.freeze(torch.jit.script(nn.Linear(2, 2).eval())),
    "data parallel": lambda: nn.DataParallel(nn.Linear(2, 2)),
    "compiled": lambda: torch.compile(nn.Linear(2, 2), backend="aot_eager"),
    "averaged": lambda: torch.optim.swa_utils.AveragedModel(nn.Linear(2, 2)),
}


@pytest.mark.parametrize("name", DERIVING)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_what_pytorch_derives_or_wraps_is_no_finding(name: str) -> None:
    layer = DERIVING[name]()
    assert findings(layer) == []
    assert scan(layer).missing == ()
    model = nn.Sequential(layer)
    with torch.no_grad():
        model(X)
    assert findings(model) == []
    model(X)
    assert findings(model) == []


def test_an_optimizer_on_the_model_is_no_finding() -> None:
    model: Any = holder(layer=nn.Linear(2, 2))
    model.optimizer = torch.optim.Adam(model.parameters())
    model.layer(X).sum().backward()
    model.optimizer.step()
    assert ranks(model) == {}


# Every class of torch.nn


def test_no_class_of_pytorch_has_a_finding() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = {name: small(name) for name in CLASSES}
    found = {name: (ranks(model), scan(model).missing) for name, model in models.items()}
    assert {name: each for name, each in found.items() if each != ({}, ())} == {}
    assert len(found) > 100


# What only a forward tells


class Remaking(nn.Module):
    """Its forward puts tensors in the place of others."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.attention = torch.zeros(1, 2)
        self.maps = {"last": torch.zeros(1, 2)}
        self.mean = torch.zeros(2)
        self.steps = torch.zeros(1)
        self.once = torch.zeros(1)
        self.table = torch.ones(2)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layer(F.dropout(x)) * self.table
        self.attention = out.detach().softmax(1)
        self.maps["last"] = self.attention * 2
        self.mean = 0.9 * self.mean + 0.1 * out.detach().mean(0)
        self.steps += 1
        if self.once[0] == 0:
            self.once = torch.ones(1)
        return out


def test_what_every_forward_makes_anew_is_a_note() -> None:
    model = Remaking()
    missing = ["attention", "maps['last']", "mean", "steps", "once", "table"]
    assert [each.path for each in scan(model).missing] == missing
    report = scan(model, X)
    assert report.used is not None
    assert report.used.remade == ("attention", "maps['last']")
    assert [each.path for each in report.missing] == ["mean", "steps", "once", "table"]
    ranked = {each.path: each.rank for each in report.tensors}
    assert ranked["attention"] == ranked["maps['last']"] == "derived"
    assert torch.equal(model.steps, torch.zeros(1))


def test_a_forward_that_runs_only_once_is_run_once() -> None:
    class Once(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.ones(2)
            self.left = [1]

        def forward(self, x: Tensor) -> Tensor:
            self.left.pop()
            return x * self.table

    model = Once()
    for _ in range(2):
        assert [each.path for each in scan(model, X).missing] == ["table"]
