"""A wide model is loaded module by module, and nobody can tell."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from rollcall.core import state_loading
from rollcall.core.state_loading import load_state_dict
from rollcall.core.tensors.tensor_compare import all_same

Content = dict[str, Any]


@pytest.fixture(autouse=True)
def all_are_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_loading, "MANY", 0)
    monkeypatch.setattr(state_loading, "WIDE", 0)


def layers(seed: int) -> nn.ModuleList:
    torch.manual_seed(seed)
    return nn.ModuleList([nn.BatchNorm1d(1), *(nn.Linear(1, 1) for _ in range(3))])


class Counting(nn.ModuleList):
    """It notes how many keys it is given: those of its children, too."""

    given = 0

    def _load_from_state_dict(self, state_dict: Content, *rest: Any) -> None:
        self.given += len(state_dict)
        super()._load_from_state_dict(state_dict, *rest)


def nothing(model: nn.ModuleList, content: Content) -> None:
    pass


def shared(model: nn.ModuleList, content: Content) -> None:
    model[1] = model[2]


def old_file(model: nn.ModuleList, content: Content) -> None:
    del content._metadata  # type: ignore[attr-defined]
    del content["0.num_batches_tracked"]


def missing(model: nn.ModuleList, content: Content) -> None:
    del content["3.bias"], content["0.num_batches_tracked"]


def unknown_name(model: nn.ModuleList, content: Content) -> None:
    content["2.x"] = torch.ones(1)


def unknown_module(model: nn.ModuleList, content: Content) -> None:
    content["2.x.y"] = torch.ones(1)


def another_shape(model: nn.ModuleList, content: Content) -> None:
    content["2.bias"] = torch.ones(3)


def no_tensor(model: nn.ModuleList, content: Content) -> None:
    content["2.bias"] = 3


def no_child(model: nn.ModuleList, content: Content) -> None:
    model.register_module("none", None)


def hooked(model: nn.ModuleList, content: Content) -> None:
    model._load_state_dict_pre_hooks[0] = lambda state, *rest: state.popitem()


def own_method(model: nn.ModuleList, content: Content) -> None:
    object.__setattr__(model, "load_state_dict", lambda state: f"{len(state)} keys")


def lazy(model: nn.ModuleList, content: Content) -> None:
    model.append(nn.LazyLinear(2))


def own_loading(model: nn.ModuleList, content: Content) -> None:
    model.append(Counting([nn.Linear(1, 1)]))
    content["4.0.weight"], content["4.0.bias"] = torch.ones(1, 1), torch.ones(1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (nothing, "All keys matched"),
        (shared, "All keys matched"),
        (old_file, "All keys matched"),
        (missing, "Missing key"),
        (unknown_name, "Unexpected key"),
        (unknown_module, "Unexpected key"),
        (another_shape, "size mismatch"),
        (no_tensor, "expected torch.Tensor"),
        (no_child, "All keys matched"),
        (hooked, "Missing key"),
        (own_method, "11 keys"),
        (lazy, "Missing key"),
        (own_loading, "All keys matched"),
    ],
)
def test_it_answers_raises_and_changes_what_pytorch_does(
    change: Callable[[nn.ModuleList, Content], object], told: str
) -> None:
    outcomes, models = [], []
    for load in (load_state_dict, lambda model, content: model.load_state_dict(content)):
        model, content = layers(seed=1), layers(seed=0).state_dict()
        change(model, content)
        try:
            outcomes.append(str(load(model, content)))
        except RuntimeError as error:
            outcomes.append(str(error))
        models.append(model)
    ours, theirs = models
    assert told in outcomes[0]
    assert outcomes[0] == outcomes[1]
    assert all_same(
        [*ours.buffers(), *ours[:4].parameters()], [*theirs.buffers(), *theirs[:4].parameters()]
    )
    if change is own_loading:
        assert ours[4].given == theirs[4].given == 2


def test_a_wide_model_does_without_the_loop_over_all_keys_for_each_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(module: nn.Module, content: Content) -> None:
        raise AssertionError("all keys for each child")

    monkeypatch.setattr(nn.Module, "load_state_dict", slow)
    monkeypatch.setattr(state_loading, "_LOAD", slow)
    saved, fresh = layers(seed=0), layers(seed=1)
    load_state_dict(fresh, saved.state_dict())
    assert all_same([*fresh.parameters()], [*saved.parameters()])
