"""One step beside a finding: what is still one, and what is none any more."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.findings.test_findings import N_FEATURES, Net, kinds, look, subject_of
from rollcall.core.findings import look_for_findings, structure
from rollcall.core.findings.forward_kinds import CarriedOver
from rollcall.core.findings.kinds import FileDoesNotReproduce, NoGraph, Unreached
from rollcall.core.walk.object_walk import walk


class OwnFile(Net):
    """It writes its file itself, and may leave something out."""

    left_out: tuple[str, ...] = ()

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        full = super().state_dict(*args, **kwargs)
        return {name: value for name, value in full.items() if name not in self.left_out}

    def load_state_dict(self, state_dict: Any, *args: Any, **kwargs: Any) -> Any:
        return super().load_state_dict(state_dict, strict=False)


class LeavesOutItsBody(OwnFile):
    left_out = ("body.weight",)


class HasABuffer(OwnFile):
    basis: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("basis", torch.randn(N_FEATURES), persistent=False)

    def forward(self, x: Tensor) -> Any:
        return super().forward(x * self.basis)


class HidesALayer(OwnFile):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = [nn.Linear(N_FEATURES, N_FEATURES, bias=False)]

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.hidden[0](x))


@pytest.mark.parametrize(
    ("kind", "missing", "left_out_by"),
    [
        (LeavesOutItsBody, "body.weight", "OwnFile"),
        (HasABuffer, "basis", ""),  # PyTorch's own would not save it either
        (HidesALayer, "hidden[0].weight", ""),
    ],
)
def test_a_state_dict_of_its_own_is_to_blame_for_what_is_registered(
    kind: type[nn.Module], missing: str, left_out_by: str
) -> None:
    found = [each for each in look(kind).findings if isinstance(each, FileDoesNotReproduce)]
    assert [(each.missing, each.left_out_by) for each in found] == [((missing,), left_out_by)]


class OneRow(Net):
    """Its norm has the statistics of the batch, and of a batch of one row there are no others."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(N_FEATURES, track_running_stats=False)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x.reshape(1, 5, N_FEATURES).mT).mT.reshape_as(x))


class ByFunction(Net):
    training_flag: Any = None

    def forward(self, x: Tensor) -> Any:
        mean, var = torch.zeros(N_FEATURES), torch.ones(N_FEATURES)
        return super().forward(self.normalized(x, mean, var))

    def normalized(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return F.batch_norm(x, mean, var)


class ToldByPlace(ByFunction):
    def normalized(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return F.batch_norm(x, mean, var, None, None, True)


class ToldByName(ByFunction):
    def normalized(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return F.batch_norm(x, mean, var, training=True)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (OneRow, []),
        (ByFunction, []),
        (ToldByPlace, ["batch statistics in eval"]),
        (ToldByName, ["batch statistics in eval"]),
    ],
)
def test_whether_a_norm_looks_at_the_batch(kind: type[nn.Module], found: list[str]) -> None:
    assert kinds(look(kind)) == found


class Settles(Net):
    """Its answer in eval is another one in each of its first calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = torch.zeros(1)

    def forward(self, x: Tensor) -> Any:
        self.calls += 1
        return super().forward(x) * self.calls.clamp(max=3)


def test_forwards_that_agree_in_the_end_differed_before() -> None:
    (found,) = (each for each in look(Settles).findings if each.kind == "eval forwards differ")
    assert found.changed == ("calls",)
    assert found.apart


class ShowsItsSource(Net):
    """What its scale was computed from is on the model only when it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.ones(N_FEATURES, requires_grad=True) * 2

    def forward(self, x: Tensor) -> Any:
        assert self.scale.grad_fn
        self.source = self.scale.grad_fn.next_functions[0][0].variable  # type: ignore[union-attr]
        return super().forward(x * self.scale)


def test_of_a_source_that_was_not_there_before_nobody_knows_whether_it_moved() -> None:
    (found,) = (each for each in look(ShowsItsSource).findings if each.kind == "computed once")
    assert (found.path, found.sources, found.moved) == ("scale", ("source",), False)


class InTwoBlocks(Net):
    def forward(self, x: Tensor) -> Any:
        with torch.no_grad():
            turned = self.body.weight.t()
        with torch.no_grad():
            h = x @ turned
        return self.head(h)


def test_a_view_without_a_graph_is_followed_to_what_it_is_a_view_of() -> None:
    findings = look_for_findings(subject_of(InTwoBlocks, filename=__file__)).findings
    (found,) = (each for each in findings if isinstance(each, Unreached))
    first, second = found.exits
    assert {first.name, second.name} == {"torch.no_grad"}
    assert first.line
    assert second.line == first.line + 2


class WrapsAndCompares(Net):
    def forward(self, x: Tensor) -> Any:
        h = self.body(x)
        return self.head(nn.Parameter(h) * (h > 0))


def test_a_comparison_is_named_only_where_no_number_leaves() -> None:
    (found,) = (each for each in look(WrapsAndCompares).findings if isinstance(each, Unreached))
    assert [each.name for each in found.exits] == ["nn.Parameter"]


class CarriesOn(Net):
    """Each forward goes on from what the last one has computed."""

    def __init__(self) -> None:
        super().__init__()
        self.state = torch.zeros(5, N_FEATURES)

    def forward(self, x: Tensor) -> Any:
        self.state = self.body(x + self.state)
        return self.head(self.state)


def test_a_graph_that_goes_on_is_told_with_the_tensor_that_leads_there() -> None:
    (found,) = (each for each in look(CarriesOn).findings if isinstance(each, CarriedOver))
    assert (found.paths, found.raised) == (("state",), "RuntimeError")


class Says(Net):
    """Its forward returns what is given."""

    said: Any = None

    def forward(self, x: Tensor) -> Any:
        return self.said(super().forward(x).detach())


class SaysATensor(Says):
    def said(self, y: Tensor) -> Any:
        return {"y": y}


class SaysANumber(Says):
    def said(self, y: Tensor) -> Any:
        return float(y.sum())


@pytest.mark.parametrize(("kind", "returned"), [(SaysATensor, ""), (SaysANumber, "float")])
def test_what_forward_returns_instead_of_a_tensor(kind: type[nn.Module], returned: str) -> None:
    (found,) = (each for each in look(kind).findings if isinstance(each, NoGraph))
    assert found.returned == returned


def test_a_shared_layer_that_has_no_weights_yet_is_counted_as_far_as_it_has() -> None:
    lazy = nn.Sequential(nn.LazyLinear(2), nn.Linear(2, 3))
    shared = structure.shared_modules(walk(nn.ModuleList([lazy, lazy])).modules)
    assert [(each.path, each.aliases, each.numel) for each in shared] == [("0", ("1",), 9)]


class Grows(Net):
    """Its first forward makes a layer: a norm, whose running mean no optimizer needs."""

    norm: nn.Module

    def forward(self, x: Tensor) -> Any:
        if not hasattr(self, "norm"):
            self.norm = nn.BatchNorm1d(N_FEATURES)
        return super().forward(self.norm(x))


def test_a_layer_that_forward_makes_is_trainable_if_any_part_of_it_is() -> None:
    added = next(each for each in look(Grows).findings if each.kind == "made by the first forward")
    assert (added.path, added.holds, added.trainable) == ("norm", "module", True)
