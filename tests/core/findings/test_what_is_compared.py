"""Which arrays, Parameters, wrappers and shared layers are noticed, and which are left alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.findings.test_findings import Net, kinds, look, subject_of
from rollcall.core.findings import array_watch, look_for_findings, structure
from rollcall.core.findings import kinds as kinds_of
from rollcall.core.findings.forward_kinds import ChangedByForward, ChangedInput
from rollcall.core.findings.graph_exits import parameters_noted
from rollcall.core.findings.lines_named import lines_named
from rollcall.core.findings.renewed import replaced_since
from rollcall.core.findings.unread_flags import unread_flags
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


class Norm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(x, None, None, training=True)  # here


class TwoNorms(Net):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Norm(), Norm()

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.second(self.first(x) * 2))


def test_one_line_that_two_modules_run_is_one_finding() -> None:
    (found,) = look_for_findings(subject_of(TwoNorms, filename=__file__)).findings
    assert isinstance(found, kinds_of.BatchStatisticsInEval)
    assert (found.path, found.also) == ("first", ("second",))
    assert found.line
    assert Path(__file__).read_text("utf-8").splitlines()[found.line - 1].endswith("# here")


class CountsTheSame(Net):
    """The whole numbers that it computes with are those of a table, by chance."""

    def __init__(self) -> None:
        super().__init__()
        self.table = np.array([[1.0, 2.0], [3.0, 4.0]])

    def forward(self, x: Tensor) -> Any:
        return super().forward(x + (torch.arange(4).reshape(2, 2) + 1).add(1).sum())


def test_whole_numbers_are_not_compared() -> None:
    assert kinds(look(CountsTheSame)) == []


def test_a_flag_that_is_misspelt_or_on_a_layer_is_never_read() -> None:
    model: Any = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2))
    model[0].requires_grad = False
    model[1].weight.requires_grads = model[1].bias.requires_grads = False
    model[2].weight.required = model[2].weight.requires_gradient_of = False
    model[2].bias.requires_grads = True  # as it is anyway
    found = unread_flags(walk(model))
    assert [(each.path, each.name, each.others, each.numel) for each in found] == [
        ("0", "requires_grad", (), 6),
        ("1.weight", "requires_grads", ("1.bias",), 6),
    ]


EXITS = (kinds_of.GraphExit(name="item", line=3), kinds_of.GraphExit(name="item", line=None))


@pytest.mark.parametrize(
    ("finding", "lines"),
    [
        (kinds_of.NoGraph(numel=1, exits=EXITS), [3]),
        (
            kinds_of.Unreached(paths=(), numel=1, never_called=(), steps=3, exits=EXITS),
            [3],
        ),
        (kinds_of.ArrayAsWeight(path="a", class_name="list", shape=(1, 1), line=4), [4]),
        (ChangedInput(line=None), []),
        (ChangedByForward(paths=("a",), stepped_at=5), [5]),
        (
            kinds_of.RandomInEval(
                places=(kinds_of.RandomPlace(path=None, name="torch.rand", line=6),), apart=None
            ),
            [6],
        ),
        (kinds_of.SharedByModels(paths=("a",)), []),
    ],
)
def test_the_lines_that_a_finding_names(finding: kinds_of.Finding, lines: list[int]) -> None:
    assert list(lines_named(finding)) == lines


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
