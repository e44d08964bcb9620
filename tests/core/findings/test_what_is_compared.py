"""Which arrays, Parameters, wrappers and shared layers are noticed, and which are left alone."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.findings.test_findings import Net, kinds, look
from rollcall.core.findings import array_watch, structure
from rollcall.core.findings.graph_exits import parameters_noted
from rollcall.core.findings.renewed import replaced_since
from rollcall.core.walk.object_walk import walk


def arrays_of(values: Any) -> list[str]:
    class Holds(Net):
        def __init__(self) -> None:
            super().__init__()
            self.values = values

        def forward(self, x: Tensor) -> Any:
            table = torch.tensor(np.asarray(self.values), dtype=torch.float32)
            return super().forward(x + table.sum() * 0.01)

    return [each for each in kinds(look(Holds)) if each == "array as a weight"]


NAMES = ["array as a weight"]
TWO_ROWS = [[0.5, 0.25], [1.0, 2.0]]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (TWO_ROWS, NAMES),
        (np.array(TWO_ROWS), NAMES),
        (np.array([[3, 1], [2, 5]]), []),  # whole numbers are indices, or counts
        ([[3, 1], [2, 5]], []),
        ([[0.5, 0.25], [1.0]], None),  # rows of unequal lengths are no table
        (np.zeros((0, 4)), []),
        ([*TWO_ROWS, [1.0, 1.0], [2.0, 0.5]], []),  # more than is compared
        (np.array([*TWO_ROWS, [1.0, 1.0], [2.0, 0.5]]), []),
    ],
)
def test_which_arrays_are_compared(
    values: Any, found: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_watch, "MOST_ELEMENTS", 6)
    if found is None:
        assert list(array_watch._numbers([values])) == []
    else:
        assert arrays_of(values) == found


def test_what_notes_parameters_leaves_pytorch_as_it_was() -> None:
    before = vars(nn.Parameter)["__new__"]
    noted: list[Tensor] = []
    computed = torch.ones(2, requires_grad=True) * 2
    with parameters_noted(noted.append):
        nn.Parameter(torch.ones(2))
        nn.Parameter(computed.detach())
        nn.Parameter(computed)
    assert vars(nn.Parameter)["__new__"] is before
    assert [each is computed for each in noted] == [True]


def test_a_wrapper_is_found_below_what_only_looks_like_one() -> None:
    model = nn.Sequential(nn.Sequential(nn.DataParallel(nn.Linear(1, 1))))
    found = list(structure.wrapped_keys(walk(model).modules, list(model.state_dict())))
    assert [(each.path, each.keys, each.example) for each in found] == [
        ("0.0", 2, "0.0.module.weight")
    ]


def test_what_two_models_share_is_found_behind_what_they_do_not() -> None:
    shared = nn.Linear(1, 1)
    one, other = (nn.Sequential(nn.Linear(1, 1), shared, nn.ReLU(), shared) for _ in range(2))
    (found,) = structure.shared_by(one, other)
    assert found.paths == ("1",)


def test_what_a_forward_has_replaced() -> None:
    model = Net()
    model.kept, model.last = torch.ones(1), torch.ones(1)
    tensors = [found for found in walk(model).tensors if not found.registered]
    model.last = torch.ones(1)
    assert replaced_since(model, tensors) == {"last"}
    del model.kept
    assert replaced_since(model, tensors) == {"last", "kept"}
    assert replaced_since(model, []) == set()
