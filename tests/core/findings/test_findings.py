"""Each kind of finding: a model that has it, and one like it that has nothing to tell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rollcall.core.findings import Findings, ModelUnderTest, look_for_findings, structure
from rollcall.core.findings.kinds import LostOnDevice
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code
from rollcall.core.rng.random_state import seeded
from rollcall.core.walk.object_walk import Walk, walk

N_FEATURES = 6


def look(kind: Callable[[], nn.Module], shape: tuple[int, ...] = (5, N_FEATURES)) -> Findings:
    return look_for_findings(subject_of(kind, shape))


def subject_of(
    kind: Callable[[], nn.Module],
    shape: tuple[int, ...] = (5, N_FEATURES),
    filename: str = __file__,
) -> ModelUnderTest:
    def build(seed: int) -> nn.Module:
        with seeded(seed):
            return kind()

    def draw_input(seed: int) -> ModelInput:
        return ModelInput.of(torch.randn(shape, generator=torch.Generator().manual_seed(seed)))

    return ModelUnderTest(lambda: build(3), lambda: build(4), draw_input, 3, filename)


def kinds(found: Findings) -> list[str]:
    assert found.not_run == ()
    return [finding.kind for finding in found.findings]


class Net(nn.Module):
    """A body and a head, from which the others differ by what they are named after."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(N_FEATURES, N_FEATURES)
        self.head = nn.Linear(N_FEATURES, 2)

    def forward(self, x: Tensor) -> Any:
        return self.head(self.body(x).relu())


class WithoutState(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.GRUCell(N_FEATURES, 4)

    def forward(self, x: Tensor) -> Any:
        return self.cell(x)


class Recurrent(nn.GRUCell):
    """A cell of the user's own, which forgets its state."""


def test_a_bare_softmax_is_not_blamed_for_targets_that_name_few_classes() -> None:
    def draw(seed: int) -> ModelInput:
        x = torch.randn(5, N_FEATURES, generator=torch.Generator().manual_seed(seed))
        return ModelInput.of(x, torch.tensor([0, 1, 0, 1, 0]))

    subject = subject_of(lambda: nn.AdaptiveLogSoftmaxWithLoss(N_FEATURES, 20, [5, 10], 2.0))
    assert kinds(look_for_findings(replace(subject, draw_input=draw))) == []


@pytest.mark.parametrize("cell", [nn.RNNCell, nn.GRUCell, nn.LSTMCell])
def test_a_bare_cell_is_not_blamed_for_the_state_that_nobody_gave_it(
    cell: Callable[[int, int], nn.Module],
) -> None:
    assert kinds(look(lambda: cell(N_FEATURES, 4))) == []
    assert "gradient is always 0" in kinds(look(lambda: Recurrent(N_FEATURES, 4)))
    (found,) = look(WithoutState).findings
    assert (found.kind, found.paths) == ("gradient is always 0", ("cell.weight_hh",))  # type: ignore[union-attr]


class OneBlockThrice(Net):
    def __init__(self) -> None:
        super().__init__()
        block = nn.Sequential(nn.Linear(N_FEATURES, N_FEATURES), nn.Tanh())
        self.blocks = nn.ModuleDict({"a": block, "b": block, "c": block})

    def forward(self, x: Tensor) -> Any:
        for block in self.blocks.values():
            x = block(x)
        return super().forward(x)


class OneActivationTwice(Net):
    def __init__(self) -> None:
        super().__init__()
        self.first = self.second = nn.Tanh()

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.second(self.first(x)))


class ClassAttribute(Net):
    norm: nn.Module | None = None

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(N_FEATURES)

    def forward(self, x: Tensor) -> Any:
        if self.norm is not None:
            x = self.norm(x)
        return super().forward(x)


class Annotated(Net):
    norm: nn.Module

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(N_FEATURES)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x))


class TiedByData(Net):
    def __init__(self) -> None:
        super().__init__()
        self.back = nn.Linear(N_FEATURES, N_FEATURES)
        self.back.weight.data = self.body.weight.data

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.back(x))


class Tied(Net):
    def __init__(self) -> None:
        super().__init__()
        self.back = nn.Linear(N_FEATURES, N_FEATURES)
        self.back.weight = self.body.weight

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.back(x))


class ModeEndsHere(Net):
    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.5)

    def train(self, mode: bool = True) -> Any:
        self.training = mode

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.drop(x))


class FreezesItsNorm(Net):
    """A well-known idiom: what it leaves in eval mode is left there on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(N_FEATURES)

    def train(self, mode: bool = True) -> Any:
        super().train(mode)
        self.norm.eval()
        return self

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x))


class TrainRaises(Net):
    def train(self, loader: Any, epochs: int) -> None:  # type: ignore[override]
        """What a student calls a training loop."""


class DropsInEval(Net):
    def forward(self, x: Tensor) -> Any:
        return super().forward(F.dropout(x, 0.5))


class DropsInTraining(Net):
    def forward(self, x: Tensor) -> Any:
        return super().forward(F.dropout(x, 0.5, self.training))


class Counts(Net):
    calls: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: Tensor) -> Any:
        self.calls = self.calls + 1
        return super().forward(x) + self.calls


class CountsSilently(Counts):
    def forward(self, x: Tensor) -> Any:
        self.calls += 1
        return Net.forward(self, x)


class NormOfTheBatch(Net):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(N_FEATURES, track_running_stats=False)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x))


class NormByAFunction(Net):
    def forward(self, x: Tensor) -> Any:
        return super().forward(F.batch_norm(x, None, None, training=True))


class NormOfTheRow(Net):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(N_FEATURES)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x))


class NeverCalls(Net):
    def __init__(self) -> None:
        super().__init__()
        self.extra = nn.ModuleList([nn.Linear(N_FEATURES, 3)])


class Detaches(Net):
    def forward(self, x: Tensor) -> Any:
        return self.head(self.body(x).detach())


class Forgets(Net):
    @torch.no_grad()
    def forward(self, x: Tensor) -> Any:
        return super().forward(x)


class Drops(Net):
    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout(1.0)

    def forward(self, x: Tensor) -> Any:
        return self.head(self.drop(self.body(x)))


class StartsAtZero(Net):
    """As LoRA and ControlNet do: what is below gets a gradient from the second step on."""

    def __init__(self) -> None:
        super().__init__()
        nn.init.zeros_(self.head.weight)


class KeepsAProduct(Net):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(N_FEATURES))
        self.doubled = self.scale * 2

    def forward(self, x: Tensor) -> Any:
        return super().forward(x * self.doubled)


class MakesAProduct(Net):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(N_FEATURES))
        self.doubled = self.scale * 2

    def forward(self, x: Tensor) -> Any:
        self.doubled = self.scale * 2
        return super().forward(x * self.doubled)


class FrozenNorm(Net):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(N_FEATURES).requires_grad_(False)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x))


class LiveNorm(Net):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(N_FEATURES)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x))


class LateLayer(Net):
    def forward(self, x: Tensor) -> Any:
        if not hasattr(self, "late"):
            self.late = nn.Linear(N_FEATURES, N_FEATURES)
        return super().forward(self.late(x))


class LateMask(Net):
    mask = None

    def forward(self, x: Tensor) -> Any:
        if self.mask is None:
            self.mask = torch.ones(N_FEATURES)
        return super().forward(x * self.mask)


class KeepsAnActivation(Net):
    def forward(self, x: Tensor) -> Any:
        self.last = self.body(x)
        return super().forward(x)


class NewParameter(Net):
    def forward(self, x: Tensor) -> Any:
        self.body.weight = nn.Parameter(self.body.weight * 0.9)
        return super().forward(x)


class BuffersInAList(Net):
    shift: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("shift", torch.ones(N_FEATURES))
        self.shifts = [self.shift]

    def forward(self, x: Tensor) -> Any:
        return super().forward(x + self.shifts[0])


class ParametersInAList(Net):
    def __init__(self) -> None:
        super().__init__()
        self.weights = [self.body.weight]


class LayersInAList(Net):
    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(N_FEATURES, N_FEATURES)]

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.layers[0](x))


def wrapped() -> nn.Module:
    return nn.DataParallel(Net())


def weight_norm() -> Any:
    return nn.utils.parametrizations.weight_norm(nn.Linear(N_FEATURES, 2))


def spectral_norm() -> Any:
    return nn.utils.parametrizations.spectral_norm(nn.Linear(N_FEATURES, 2))


def lazy() -> nn.Module:
    return nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d())


BAD: list[tuple[Any, dict[str, Any]]] = [
    (
        OneBlockThrice,
        {
            "kind": "shared module",
            "path": "blocks.a",
            "aliases": ("blocks.b", "blocks.c"),
            "numel": N_FEATURES * (N_FEATURES + 1),
        },
    ),
    (
        ClassAttribute,
        {"kind": "hidden by a class attribute", "path": "norm", "given": "NoneType"},
    ),
    (
        TiedByData,
        {
            "kind": "two Parameters over one memory",
            "other": "back.weight",
            "tied_after_move": False,
        },
    ),
    (wrapped, {"kind": "wrapper in the keys", "prefix": "module.", "keys": 4, "path": ""}),
    (
        ModeEndsHere,
        {
            "kind": "mode is not passed on",
            "returned": "NoneType",
            "unheard": ("body", "head", "drop"),
            "method": "train",
        },
    ),
    (TrainRaises, {"kind": "mode is not passed on", "unheard": ()}),
    (DropsInEval, {"kind": "random in eval"}),
    (Counts, {"kind": "eval forwards differ", "apart": 1.0, "changed": ("calls",)}),
    (NormOfTheBatch, {"kind": "batch statistics in eval", "path": "norm", "name": "BatchNorm1d"}),
    (NormByAFunction, {"kind": "batch statistics in eval", "path": "", "name": "F.batch_norm"}),
    (
        NeverCalls,
        {
            "kind": "no backward reaches it",
            "paths": ("extra.0.weight", "extra.0.bias"),
            "never_called": ("extra.0",),
        },
    ),
    (
        Detaches,
        {
            "kind": "no backward reaches it",
            "paths": ("body.weight", "body.bias"),
            "never_called": (),
        },
    ),
    (Forgets, {"kind": "no output requires a gradient", "numel": 56}),
    (
        Drops,
        {"kind": "gradient is always 0", "paths": ("body.weight", "body.bias", "head.weight")},
    ),
    (
        KeepsAProduct,
        {"kind": "computed once", "path": "doubled", "sources": ("scale",), "moved": True},
    ),
    (FrozenNorm, {"kind": "frozen and moving", "path": "norm", "class_name": "BatchNorm1d"}),
    (
        LateLayer,
        {
            "kind": "made by the first forward",
            "path": "late",
            "registered": True,
            "holds": "module",
        },
    ),
    (
        LateMask,
        {
            "kind": "made by the first forward",
            "path": "mask",
            "registered": False,
            "holds": "tensor",
        },
    ),
    (NewParameter, {"kind": "replaced by the first forward", "path": "body.weight"}),
    (
        BuffersInAList,
        {
            "kind": "split by a move",
            "path": "shift",
            "alias": "shifts[0]",
            "moved_to": "float64",
            "left_at": "float32",
        },
    ),
    (
        LayersInAList,
        {
            "kind": "the file does not reproduce the output",
            "missing": ("layers[0].weight", "layers[0].bias"),
        },
    ),
]
# Bugs that have further effects, which is found as well.
EFFECTS = {
    LateLayer: "the file does not reproduce the output",
    ModeEndsHere: "random in eval",  # its dropout goes on
    NewParameter: "eval forwards differ",  # each makes it smaller
    ClassAttribute: "no backward reaches it",
}
GOOD: list[Callable[[], nn.Module]] = [
    Net,
    OneActivationTwice,
    Annotated,
    Tied,
    FreezesItsNorm,
    DropsInTraining,
    CountsSilently,
    NormOfTheRow,
    StartsAtZero,
    MakesAProduct,
    LiveNorm,
    KeepsAnActivation,
    ParametersInAList,
    weight_norm,
    spectral_norm,
    lazy,
]


@pytest.mark.parametrize(("kind", "expected"), BAD, ids=[kind.__name__ for kind, _ in BAD])
def test_a_bug_is_found_and_no_other(kind: Any, expected: dict[str, Any]) -> None:
    found = look(kind)
    assert set(kinds(found)) == {expected["kind"], *filter(None, [EFFECTS.get(kind)])}
    (finding,) = (each for each in found.findings if each.kind == expected["kind"])
    told = finding.model_dump()
    assert told == told | expected


@pytest.mark.parametrize("kind", GOOD)
def test_a_model_without_a_bug_has_no_finding(kind: Callable[[], nn.Module]) -> None:
    assert kinds(look(kind)) == []


def test_who_draws_after_eval_is_named_with_its_line() -> None:
    (finding,) = look(DropsInEval).findings
    assert finding.kind == "random in eval"
    (place,) = finding.places
    assert (place.path, place.name) == ("", "F.dropout")
    assert place.line is not None
    assert "F.dropout(x, 0.5)" in Path(__file__).read_text().splitlines()[place.line - 1]
    assert finding.apart is not None
    assert finding.apart > 0


def test_what_a_forward_raises_is_told_and_the_other_runs_still_look() -> None:
    found = look(OneBlockThrice, shape=(5, N_FEATURES + 1))
    assert [finding.kind for finding in found.findings] == ["shared module"]
    assert [run.raised.type for run in found.not_run] == ["RuntimeError"] * 3
    assert [run.name for run in found.not_run] == ["training", "eval", "file"]


def test_a_train_that_needs_arguments_is_told_as_what_it_raises() -> None:
    (finding,) = look(TrainRaises).findings
    assert finding.kind == "mode is not passed on"
    assert finding.raised is not None
    assert finding.raised.type == "TypeError"
    assert "loader" in finding.raised.message


def test_the_runs_leave_the_generators_as_they_were() -> None:
    torch.manual_seed(7)
    before = torch.get_rng_state()
    look(DropsInEval)
    assert torch.equal(before, torch.get_rng_state())


def test_only_a_shared_module_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """To count each is quadratic in the depth of a model."""
    walked: list[nn.Module] = []

    def noted(model: nn.Module) -> Walk:
        walked.append(model)
        return walk(model)

    layer = nn.Linear(2, 2)
    modules = walk(nn.Sequential(layer, nn.ReLU(), nn.Sequential(nn.Linear(2, 2), layer))).modules
    monkeypatch.setattr(structure, "walk", noted)
    (found,) = structure.shared_modules(modules)
    assert (found.path, found.aliases, walked) == ("0", ("2.1",), [layer])


class Gated(Net):
    """Its gate is a Parameter on the CPU only."""

    def __init__(self, device: str = "cpu") -> None:
        super().__init__()
        self.gate = nn.Parameter(torch.ones(2)).to(device)

    def forward(self, x: Tensor) -> Any:
        return super().forward(x) * self.gate


class GatedAndMoved(Gated):
    """It moves its layers itself, as many do."""

    def __init__(self, device: str = "cpu") -> None:
        super().__init__(device)
        self.norm = nn.BatchNorm1d(N_FEATURES).to(device)
        self.to(device)

    def forward(self, x: Tensor) -> Any:
        return super().forward(self.norm(x))


class GatedRightly(Net):
    def __init__(self, device: str = "cpu") -> None:
        super().__init__()
        self.gate = nn.Parameter(torch.ones(2, device=device))

    def forward(self, x: Tensor) -> Any:
        return super().forward(x) * self.gate


class TakesNoGpu(Net):
    def __init__(self, device: str = "cpu") -> None:
        super().__init__()
        if device != "cpu":
            raise RuntimeError("no driver")


@pytest.mark.parametrize(
    ("kind", "paths"),
    [(Gated, ("gate",)), (GatedAndMoved, ("gate",)), (GatedRightly, None), (TakesNoGpu, None)],
)
def test_a_constructor_that_takes_a_device_is_given_another_one(
    kind: Any, paths: tuple[str, ...] | None
) -> None:
    def build_on(device: str) -> nn.Module:
        with model_code("constructor"):
            module: nn.Module = kind(device=device)
            return module

    found = look_for_findings(replace(subject_of(kind), build_on=build_on))
    assert found.not_run == ()
    lost = [each.paths for each in found.findings if isinstance(each, LostOnDevice)]
    assert lost == [paths] * (paths is not None)
    assert len(lost) == len(found.findings)
