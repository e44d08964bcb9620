"""What only a look at a running forward shows: numbers that leave the graph, arrays as weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.findings.test_findings import N_FEATURES, Net, kinds, look, subject_of
from rollcall.core.findings import look_for_findings
from rollcall.core.findings.kinds import ArrayAsWeight, NoGraph, Unreached

GLOBAL_TABLE = np.random.default_rng(1).normal(size=(N_FEATURES, N_FEATURES))


class Cut(Net):
    """The body's answer is handed on by the given function."""

    def forward(self, x: Tensor) -> Any:
        return self.head(self.cut(self.body(x)))

    def cut(self, h: Tensor) -> Tensor:
        raise NotImplementedError


class ByDetach(Cut):
    def cut(self, h: Tensor) -> Tensor:
        return h.detach()  # here


class ByData(Cut):
    def cut(self, h: Tensor) -> Tensor:
        return h.data  # here


class ByItem(Cut):
    def cut(self, h: Tensor) -> Tensor:
        rows = [[h[i, j].item() for j in range(h.shape[1])] for i in range(h.shape[0])]  # here
        return torch.tensor(rows)


class ByList(Cut):
    def cut(self, h: Tensor) -> Tensor:
        return torch.tensor(h.tolist())  # here


class ByChoice(Cut):
    def cut(self, h: Tensor) -> Tensor:
        best = h.argmax(1)  # here
        return nn.functional.one_hot(best, N_FEATURES).float()


class ByComparison(Cut):
    def cut(self, h: Tensor) -> Tensor:
        return (h > 0).float()  # here


class ByNoGrad(Cut):
    def forward(self, x: Tensor) -> Any:
        with torch.no_grad():  # here
            h = self.body(x)
        return self.head(h)


class BySwitch(Cut):
    def forward(self, x: Tensor) -> Any:
        torch.set_grad_enabled(False)  # here
        h = self.body(x)
        torch.set_grad_enabled(True)
        return self.head(h)


LINES = Path(__file__).read_text().splitlines()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ByDetach, "detach"),
        (ByData, ".data"),
        (ByItem, "item"),
        (ByList, "tolist"),
        (ByChoice, "argmax"),
        (ByComparison, "gt"),
        (ByNoGrad, "torch.no_grad"),
        (BySwitch, "torch.set_grad_enabled"),
    ],
)
def test_where_numbers_leave_the_graph_is_named(kind: type[nn.Module], name: str) -> None:
    (unreached,) = look_for_findings(subject_of(kind, filename=__file__)).findings
    assert isinstance(unreached, Unreached)
    assert unreached.paths == ("body.weight", "body.bias")
    first = unreached.exits[0]
    assert first.name == name
    assert first.line is not None
    assert LINES[first.line - 1].endswith("# here")


def test_a_whole_output_that_leaves_the_graph() -> None:
    class Rounded(Net):
        def forward(self, x: Tensor) -> Any:
            return super().forward(x).argmax(1).float()

    (found,) = look(Rounded).findings
    assert isinstance(found, NoGraph)
    assert [each.name for each in found.exits] == ["argmax"]


def test_what_leaves_and_is_not_needed_is_no_finding() -> None:
    class Logs(Net):
        def forward(self, x: Tensor) -> Any:
            h = self.body(x)
            self.largest = h.max().item()
            self.seen = h.detach().mean().tolist()
            return self.head(h * (h > 0))

    assert kinds(look(Logs)) == []


def of_numpy(module: Any) -> Tensor:
    return torch.from_numpy(module.table).float()


class Table(Net):
    """Its body is an array."""

    make: Any = of_numpy

    def __init__(self) -> None:
        super().__init__()
        self.table = np.random.default_rng(0).normal(size=(N_FEATURES, N_FEATURES))

    def forward(self, x: Tensor) -> Any:
        return super().forward(x @ type(self).make(self))


class TableInADict(Table):
    make = lambda self: torch.as_tensor(self.tables["up"], dtype=torch.float32)  # noqa: E731

    def __init__(self) -> None:
        super().__init__()
        self.tables = {"up": self.table}
        del self.table


class Rows(Table):
    make = lambda self: torch.FloatTensor(self.rows)  # noqa: E731

    def __init__(self) -> None:
        super().__init__()
        self.rows = [[0.5] * N_FEATURES, *[[0.25] * N_FEATURES] * (N_FEATURES - 1)]


class ARow(Table):
    def __init__(self) -> None:
        super().__init__()
        self.row = torch.rand(N_FEATURES).numpy()

    def forward(self, x: Tensor) -> Any:
        return Net.forward(self, x * torch.as_tensor(self.row))


class OfAGlobal(Table):
    make = lambda self: torch.tensor(GLOBAL_TABLE).float()  # noqa: E731


class InAClosure(Net):
    def __init__(self) -> None:
        super().__init__()
        table = np.random.default_rng(0).normal(size=(N_FEATURES, N_FEATURES))
        self.up: Any = lambda x: x @ torch.tensor(table, dtype=torch.float32)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.up(x))


@pytest.mark.parametrize(
    ("kind", "path", "class_name"),
    [
        (Table, "table", "ndarray"),
        (TableInADict, "tables", "ndarray"),
        (Rows, "rows", "list"),
        (ARow, "row", "ndarray"),
        (OfAGlobal, None, "ndarray"),
        (InAClosure, None, "ndarray"),
    ],
)
def test_an_array_that_forward_makes_a_tensor_of_is_named(
    kind: type[nn.Module], path: str | None, class_name: str
) -> None:
    found = [each for each in look(kind).findings if isinstance(each, ArrayAsWeight)]
    assert [(each.path, each.class_name) for each in found] == [(path, class_name)]
    assert found[0].shape == (N_FEATURES, N_FEATURES)[: 1 if kind is ARow else 2]


def test_arrays_that_are_no_weights() -> None:
    class Holds(Net):
        table: Tensor

        def __init__(self) -> None:
            super().__init__()
            self.history = np.zeros((4, 4))
            self.names = [["a", "b"], ["c", "d"]]
            self.scale = [0.5, 0.25]
            self.mean = np.linspace(0, 1, N_FEATURES, dtype=np.float32)
            table = np.ones((N_FEATURES, N_FEATURES), dtype=np.float32)
            self.register_buffer("table", torch.from_numpy(table))

        def forward(self, x: Tensor) -> Any:
            self.history += 1.0
            centred = x - torch.from_numpy(self.mean)
            return super().forward(centred @ self.table * torch.tensor(self.scale)[0])

    assert kinds(look(Holds)) == []
