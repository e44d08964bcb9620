"""Who answers, of a model in use: held against what PyTorch does, and nothing is changed."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import rollcall
from rollcall.core.roll_call import TensorAnswers
from rollcall.core.walk.object_walk import walk
from rollcall.in_python import shown

X = torch.ones(2, 3)


class Mixed(nn.Module):
    """Registered and hidden state of every kind."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.norm = nn.BatchNorm1d(3)
        self.register_buffer("mask", torch.ones(3), persistent=False)
        self.frozen = nn.Linear(3, 3).requires_grad_(False)
        self.unused = nn.Linear(3, 3)
        self.hidden = [nn.Linear(3, 3), nn.Dropout()]
        self.constant = torch.ones(3)

    def forward(self, x: Tensor) -> Any:
        return self.hidden[0](self.frozen(self.norm(self.first(x))) * self.mask) + self.constant


class OwnTrain(nn.Module):
    """Its train() trains, as many a beginner's does."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.trained = 0

    def train(self, mode: bool = True) -> Any:
        self.trained += 1
        return self


class OwnParameters(Mixed):
    """It leaves its first layer out."""

    def parameters(self, recurse: bool = True) -> Any:
        return self.norm.parameters(recurse)


class Raises(Mixed):
    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("no file")


@pytest.fixture(autouse=True)
def in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "_is_in_a_notebook", lambda: True)


def asked(model: nn.Module, *inputs: Any) -> dict[str, TensorAnswers]:
    roll = rollcall.scan(model, *inputs).asked
    assert roll is not None
    return {each.path: each for each in roll.tensors}


def test_the_callers_answer_as_pytorch_does() -> None:
    model = Mixed()
    answers = asked(model, X)
    tensors = {found.path: found.value for found in walk(model).tensors}
    model(X).sum().backward()
    held = set(map(id, model.parameters()))
    keys = model.state_dict().keys()
    for path, tensor in tensors.items():
        if tensor.requires_grad:
            assert answers[path].autograd == (tensor.grad is not None), path
            assert answers[path].optimizer == (id(tensor) in held), path
        else:
            assert (answers[path].autograd, answers[path].optimizer) == (None, None)
        assert answers[path].state_dict == (path in keys), path
    before = {path: tensor.dtype for path, tensor in tensors.items()}
    model.double()
    for found in walk(model).tensors:
        if found.value.is_floating_point():
            assert answers[found.path].to == (found.value.dtype != before[found.path]), found.path
    roll = rollcall.scan(model).asked
    assert roll is not None
    model.eval()
    for found, given in zip(walk(model).modules, roll.modules, strict=True):
        assert given.eval == (not found.value.training)


def test_without_an_input_autograd_is_not_asked() -> None:
    assert {each.autograd for each in asked(Mixed()).values()} == {None}
    assert "scan was given no input" in rollcall.scan(Mixed())._repr_html_()


def test_an_own_train_is_not_called() -> None:
    model = OwnTrain()
    report = rollcall.scan(nn.Sequential(model))
    assert report.asked is not None
    assert [each.eval for each in report.asked.modules] == [True, None, None]
    assert model.trained == 0
    assert "a train() of its own" in report._repr_html_()


def test_own_parameters_are_what_an_optimizer_gets() -> None:
    answers = asked(OwnParameters())
    assert (answers["first.weight"].optimizer, answers["norm.weight"].optimizer) == (False, True)


def test_what_is_raised_is_shown() -> None:
    html = rollcall.scan(Raises())._repr_html_()
    assert "RuntimeError" in html
    assert "no file" in html


def test_a_script_does_not_wait_for_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    report = rollcall.scan(Mixed())
    assert report.asked is None
    html = report._repr_html_()
    assert "<td" not in html
    assert "hidden[0]" in html


def test_a_compared_pair_is_told_by_what_differs() -> None:
    model = Mixed()
    mended: Any = Mixed()
    mended.hidden = nn.ModuleList(mended.hidden)
    told = str(rollcall.compare(model, mended, X)).splitlines()
    assert told[0].startswith("Mixed: ")
    assert told[2].split() == ["Mixed", "(left)", "Mixed", "(right)"]
    assert [line.split()[0] for line in told[3:]] == [
        *("hidden[0]", "hidden[1]", "hidden[0].weight", "hidden[0].bias", "hidden"),
    ]
    assert str(rollcall.compare(model, Mixed())).endswith("of both stand alike.")


BAD: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no module": (lambda: rollcall.compare(nn.ReLU(), 3), TypeError, "Modules, not int"),  # type: ignore[arg-type]
    "no line": (lambda: rollcall.scan(Mixed()).show("nowhere"), ValueError, "no line 'nowhere'"),
}


@pytest.mark.parametrize(("call", "kind", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_named(call: Callable[[], object], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        call()


def test_a_scan_is_a_scan() -> None:
    from rollcall.core.scan import Scan

    report = rollcall.scan(Mixed())
    assert isinstance(report, Scan)
    assert repr(report) == str(report)
    assert "asked" not in report.model_dump()
