"""The pre-flight checklist agrees with plain torch, and with the notebook that it hands out."""

import gc
import importlib
import weakref
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest
import torch
from torch import nn
from torch.nn.modules.module import register_module_buffer_registration_hook

from chosen import of_each_kind
from lectures.course import COURSE, FINISHED, SHOWN, kind_of
from lectures.lectures import HEAD, catalog_of
from rollcall.core.process.process_state import ProcessState
from rollcall.core.query import InvalidParameter, Mode
from rollcall.experiments.preflight import graph_checks
from rollcall.experiments.preflight.checks import CHECKS
from rollcall.experiments.preflight.experiment import (
    PreflightQuery,
    PreflightReport,
    PreflightSubject,
    preflight,
)
from rollcall.experiments.preflight.outcome import CheckOutcome
from rollcall.experiments.saving.experiment import SavingQuery, saving
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

ALL = list(FINISHED)
DROPPING = [name for name in ALL if name.startswith("dropout")]
OWN = PreflightQuery(left="own.Net", right="own.Net")
TEN_FEATURES = '[[chapter]]\nfile = "own"\ntitle = "Own"\ninput = [4, 10]\n'


def alone(query: PreflightQuery, catalog: Catalog) -> PreflightSubject:
    """The left column, where the test is about one model."""
    return preflight(query, catalog.leaving_out("right")).left


@cache
def check(name: str, mode: Mode = "train") -> PreflightSubject:
    """The same of a model of the course, which is not computed twice."""
    return alone(PreflightQuery(left=name, right=name, mode=mode), COURSE)


def only(names: str, query: PreflightQuery, catalog: Catalog) -> dict[str, CheckOutcome]:
    """What some lines say of the left model. Each has models of its own: no other line is run."""
    with patch.dict(CHECKS, {name: CHECKS[name] for name in names.split()}, clear=True):
        return {line.name: line.outcome for line in alone(query, catalog).lines}


def outcomes(name: str) -> dict[str, CheckOutcome]:
    return {line.name: line.outcome for line in check(name).lines}


def failing(name: str) -> set[str]:
    return {line for line, outcome in outcomes(name).items() if outcome.verdict == "fail"}


def test_the_default_pair_fails_on_the_left_and_passes_on_the_right() -> None:
    report = preflight(PreflightQuery(), COURSE)
    assert PreflightReport.model_validate_json(report.model_dump_json()) == report
    assert (report.left.passed, report.left.failed) == (4, 10)
    assert (report.right.passed, report.right.failed) == (14, 0)
    assert [line.name for line in report.left.lines] == list(CHECKS)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *[(name, "train") for name in of_each_kind(ALL, kind_of)],
        *[(name, "eval") for name in of_each_kind(DROPPING, kind_of)],  # whom the mode changes
    ],
)
def test_every_model_is_checked_and_the_report_survives_json(name: str, mode: Mode) -> None:
    subject = check(name, mode)
    assert subject.raised is None
    assert len(subject.lines) == len(CHECKS)
    assert type(subject).model_validate_json(subject.model_dump_json()) == subject


# A model that goes wrong in eval mode only has its weights in order, and its state survives saving.
FAILING = {
    "containers.BadListNet": set(CHECKS) - {"agreeing", "compiled"},
    "containers.HalfListNet": set(CHECKS) - {"agreeing", "parameters", "located", "compiled"},
    "parameters.TableNet": {"moved", "round_trip", "exported"},
    "dropout.ForgetfulDropoutNet": {"agreeing"},
    "dropout.DropoutListNet": {"printed", "containers", "switched", "agreeing", "traced"},
    "init_or_forward.LocalLayerNet": set(CHECKS)
    - {"containers", "round_trip", "switched", "compiled"},
    "init_or_forward.LateLayerNet": set(CHECKS) - {"containers", "switched", "compiled"},
}


@pytest.mark.parametrize("name", FAILING)
def test_a_bug_fails_where_it_matters(name: str) -> None:
    assert failing(name) == FAILING[name]


CARDS = COURSE.contents.cards
TWINS = of_each_kind(sorted({card.twin for card in CARDS.values() if card.twin}), kind_of)


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_passes_every_line(twin: str) -> None:
    assert failing(twin) == set()


def test_what_the_lines_found_is_what_plain_torch_finds() -> None:
    found = outcomes("containers.HalfListNet")
    model: Any = COURSE.build("containers.HalfListNet", 0)
    x = COURSE.input("containers.HalfListNet").draw(0).args[0]
    every = [*model.parameters(), *(p for layer in model.hidden for p in layer.parameters())]
    assert found["counted"].found == sum(p.numel() for p in model.parameters())
    assert found["counted"].wanted == sum(p.numel() for p in every)
    assert found["held"].found == len(list(model.parameters()))
    assert found["held"].wanted == len(every)

    with pytest.raises(NameError) as not_traced:
        torch.fx.symbolic_trace(model)
    assert found["traced"].raised is not None
    assert found["traced"].raised.message == str(not_traced.value)

    program = torch.export.export(model, (x,), strict=False)
    assert found["exported"].paths == program.graph_signature.lifted_tensor_constants

    fresh = COURSE.build("containers.HalfListNet", 1)
    assert str(fresh.load_state_dict(model.state_dict())) == "<All keys matched successfully>"
    assert found["round_trip"].apart == pytest.approx((model(x) - fresh(x)).abs().max().item())

    with pytest.raises(RuntimeError) as mismatch:
        model.double()(x.double())
    assert found["moved"].raised is not None
    assert found["moved"].raised.message == str(mismatch.value)
    assert set(found["moved"].paths) == {
        f"hidden[{i}].{part}" for i in range(3) for part in ("weight", "bias")
    }


def test_an_empty_optimizer_is_told_in_pytorchs_words() -> None:
    with pytest.raises(ValueError, match="empty") as empty:
        torch.optim.SGD(nn.Module().parameters())
    for name in ("held", "stepped"):
        raised = outcomes("init_or_forward.LateLayerNet")[name].raised
        assert raised is not None
        assert raised.message == str(empty.value)


def test_a_parameter_whose_gradient_vanishes_is_no_bug() -> None:
    """A bias before a batch norm is subtracted again with the mean."""
    found = outcomes("dropout.BatchNormModuleListNet")["stepped"]
    assert found.verdict == "pass"
    assert (found.found, found.wanted) == (8 - len(found.idle), 8)
    assert set(found.idle) <= {"hidden.bias", "norms.0.bias"}


GRADIENTS = """
class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(10, 8), nn.Linear(8, 2)
        self.gate = nn.Parameter(torch.zeros(8))


class Net(Base):
    def forward(self, x):  # a gradient of exactly 0 for the gate and all before it
        return self.head(self.body(x) * self.gate * 0.0)


class Chance(Base):
    def forward(self, x):  # the gate is left out for the one input, and not for the others
        h = self.body(x)
        if abs(float(x[0, 0]) + 1.1258) > 0.001:
            h = h + self.gate
        return self.head(h)


class Spare(Base):
    def forward(self, x):  # nobody calls the body
        return self.head(x[:, :8] * self.gate)


class Detached(Base):
    def forward(self, x):
        return self.head(self.body(x).detach())


class InTraining(Base):
    def forward(self, x):
        h = self.body(x)
        if self.training:
            h = h + self.gate
        return self.head(h)


class Still(Base):
    def forward(self, x):
        return self.head(self.body(x) * 0.0).detach() + 0.0 * self.gate.sum()
"""


def trained(tmp_path: Path, line: str, name: str, mode: Mode = "train") -> CheckOutcome:
    query = PreflightQuery(left=f"own.{name}", right=f"own.{name}", mode=mode)
    return only(line, query, catalog_of(tmp_path, GRADIENTS, TEN_FEATURES))[line]


@pytest.mark.parametrize(
    ("name", "mode", "verdict", "found"),
    [
        ("Spare", "train", "fail", 26),
        ("Detached", "train", "fail", 18),
        ("Chance", "train", "pass", 114),  # another input reaches the gate
        ("InTraining", "train", "pass", 114),
        ("InTraining", "eval", "fail", 106),
    ],
)
def test_the_count_is_of_all_that_is_trainable(
    tmp_path: Path, name: str, mode: Mode, verdict: str, found: int
) -> None:
    counted = trained(tmp_path, "counted", name, mode)
    every = 10 * 8 + 8 + 8 * 2 + 2 + 8
    assert (counted.verdict, counted.found, counted.wanted) == (verdict, found, every)


def test_a_gradient_that_is_always_0_is_no_training(tmp_path: Path) -> None:
    found = trained(tmp_path, "stepped", "Net")
    assert found.verdict == "fail"
    assert set(found.paths) >= {"body.weight", "body.bias", "gate"}


def test_what_one_input_leaves_out_is_a_note(tmp_path: Path) -> None:
    found = trained(tmp_path, "stepped", "Chance")
    assert (found.verdict, found.idle) == ("pass", ("gate",))


def test_a_step_that_changes_nothing_is_no_pass(tmp_path: Path) -> None:
    assert trained(tmp_path, "stepped", "Still").verdict == "fail"


MOVES = """
from torch.nn.utils import prune


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = prune.l1_unstructured(nn.Linear(10, 2), "weight", 0.5)

    def forward(self, x):
        return self.head(x)


class Twice(Net):
    def __init__(self):
        super().__init__()
        self.register_buffer("shift", torch.ones(10))
        self.shifts = [self.shift]

    def forward(self, x):
        return self.head(x + self.shifts[0])
"""


@pytest.mark.parametrize(("name", "left", "wanted"), [("Net", (), 3), ("Twice", ("shifts[0]",), 5)])
def test_what_forward_makes_anew_need_not_move_and_a_second_name_must(
    tmp_path: Path, name: str, left: tuple[str, ...], wanted: int
) -> None:
    query = PreflightQuery(left=f"own.{name}", right=f"own.{name}")
    found = only("moved", query, catalog_of(tmp_path, MOVES, TEN_FEATURES))["moved"]
    assert (found.paths, found.found, found.wanted) == (left, wanted - len(left), wanted)


OWN_TYPE = """
class There(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent, self.out = nn.LSTM(6, 8, batch_first=True), nn.Linear(8, 2)

    def start(self, x):
        return torch.zeros(1, len(x), 8, device=x.device)

    def forward(self, x):
        return self.out(self.recurrent(x, (self.start(x), self.start(x)))[0][:, -1])

class GatedThere(There):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.GRU(6, 8, batch_first=True)

    def forward(self, x):
        return self.out(self.recurrent(x, self.start(x))[0][:, -1])

class GatedHere(GatedThere):
    def start(self, x):
        return torch.zeros(1, len(x), 8)

class Here(There):
    def start(self, x):
        return torch.zeros(1, len(x), 8)
"""


KEPT_IN = """
import collections

class OfLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.kept = self.container()
        self.out = nn.Linear(6, 6)

    def forward(self, x):
        return self.out(self.kept["a"](x))

class Ordered(OfLayers):
    def container(self):
        return collections.OrderedDict(a=nn.Linear(6, 6))

Pair = collections.namedtuple("Pair", "a")

class Named(OfLayers):
    def container(self):
        return Pair(nn.Linear(6, 6))

    def forward(self, x):
        return self.out(self.kept.a(x))

class Default(OfLayers):
    def container(self):
        return collections.defaultdict(nn.Identity, a=nn.Linear(6, 6))
"""


@pytest.mark.parametrize(
    ("name", "kind"), [("Ordered", "OrderedDict"), ("Default", "defaultdict"), ("Named", "Pair")]
)
def test_what_derives_from_a_container_is_one(tmp_path: Path, name: str, kind: str) -> None:
    query = PreflightQuery(left=f"own.{name}", right=f"own.{name}")
    lines = alone(query, catalog_of(tmp_path, KEPT_IN)).lines
    found = {line.name: line.outcome for line in lines}["containers"]
    assert (found.verdict, found.paths) == ("fail", (f"kept: {kind}",))


SPECTRAL = """
class Spectral(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(6, 4, dtype=torch.cfloat))
        self.scale = torch.ones(4, dtype=torch.cfloat)
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        return self.out(torch.fft.fft(x).to(torch.cfloat).matmul(self.weight).real.to(x.dtype))
"""


def test_double_leaves_complex_numbers_alone(tmp_path: Path) -> None:
    """So PyTorch does: to(torch.float64) would drop their imaginary parts."""
    query = PreflightQuery(left="own.Spectral", right="own.Spectral", x="4,6")
    found = only("moved", query, catalog_of(tmp_path, SPECTRAL))["moved"]
    assert (found.verdict, found.paths, found.raised) == ("pass", (), None)


@pytest.mark.parametrize("kind", ["", "Gated"])
def test_a_forward_that_makes_float32_is_no_fault_where_it_runs_on_a_gpu(
    tmp_path: Path, kind: str
) -> None:
    catalog = catalog_of(tmp_path, OWN_TYPE)
    there, here = (
        only("moved", PreflightQuery(left=name, right=name), catalog)["moved"]
        for name in (f"own.{kind}There", f"own.{kind}Here")
    )
    assert (there.verdict, there.reason) == ("na", "own type")
    assert there.raised  # in float64 it does raise
    assert (here.verdict, here.reason) == ("fail", None)
    assert [(each.name, each.where) for each in here.own] == [("torch.zeros", "float32")]
    assert not there.own


def test_lines_that_ask_for_nothing_do_not_apply() -> None:
    verdicts = Counter(outcome.verdict for outcome in outcomes("activations.MyReLU").values())
    assert verdicts == {"na": 9, "pass": 5}


def test_the_first_parameter_says_where_it_is_and_no_more() -> None:
    """All of HalfListNet that print shows moved; six tensors did not."""
    located = outcomes("containers.HalfListNet")["located"]
    assert (located.verdict, located.answer) == ("pass", "torch.float64")
    empty = outcomes("containers.BadListNet")["located"]
    assert empty.verdict == "fail"
    assert empty.raised is not None
    assert empty.raised.type == "StopIteration"


def test_train_reaches_what_is_registered() -> None:
    found = outcomes("dropout.DropoutListNet")["switched"]
    assert (found.verdict, found.found, found.wanted) == ("fail", 3, 5)
    assert found.paths == ("dropouts[0]", "dropouts[1]")
    kept = outcomes("left_on.StillBodyNet")["switched"]  # by its own train(), on purpose
    assert (kept.verdict, kept.paths) == ("pass", ("body", "body.0", "body.1"))
    assert outcomes("left_on.TrainMethodNet")["switched"].verdict == "fail"


FORGETS = """
class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Linear(10, 4), nn.BatchNorm1d(4))
        self.second = nn.Linear(4, 2)

    def forward(self, x):
        return self.second(self.first(x))

    def train(self, mode=True):
        self.training = mode
        self.second.train(mode)
        return self


class Net(Own):
    pass


class Keeps(Own):
    def train(self, mode=True):
        nn.Module.train(self, mode)
        self.first.eval()
        return self
"""


def test_what_neither_train_nor_eval_reaches_is_not_kept_on_purpose(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, FORGETS, TEN_FEATURES)
    forgets, keeps = (
        only("switched", PreflightQuery(left=name, right=name), catalog)["switched"]
        for name in ("own.Net", "own.Keeps")
    )
    below = ("first", "first.0", "first.1")
    assert (forgets.verdict, forgets.paths) == ("fail", below)
    assert (keeps.verdict, keeps.paths) == ("pass", below)


def test_what_torch_compile_makes_of_a_model(tmp_path: Path) -> None:
    assert outcomes("containers.BadListNet")["compiled"].found == 1
    text = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(10, 10)

        def forward(self, x):
            y = self.fc(x)
            print("between")  # breaks the graph
            return self.fc(y)
    """
    broken = only("compiled", OWN, catalog_of(tmp_path, text))["compiled"]
    assert (broken.verdict, broken.found) == ("pass", 2)
    assert outcomes("files.CompiledNet")["compiled"].verdict == "na"  # a part of it is already


def test_the_guards_of_a_compiled_model_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """That would empty the processor's cache for every model."""
    timed = Mock(return_value=0.0)
    timed.__name__ = "profile_guard_manager"
    guards = importlib.import_module("torch._dynamo.guards")
    monkeypatch.setattr(guards, "profile_guard_manager", timed)
    query = PreflightQuery(left="linear.MyLinear", right="linear.MyLinear", seed=77)
    compiled = only("compiled", query, COURSE)["compiled"]
    assert (compiled.verdict, timed.called) == ("pass", False)
    torch.compile(nn.Linear(1, 1), backend="eager")(torch.ones(1, 1))
    torch.compiler.reset()
    assert timed.called  # elsewhere PyTorch does as always


def test_nothing_of_a_compiled_model_is_kept() -> None:
    preflight(PreflightQuery(), COURSE)
    gc.collect()
    before = len(weakref.finalize._registry)  # type: ignore[attr-defined]
    preflight(PreflightQuery(seed=1), COURSE)
    gc.collect()
    assert len(weakref.finalize._registry) <= before  # type: ignore[attr-defined]


def test_a_forward_that_cannot_take_the_input_fails_line_by_line(tmp_path: Path) -> None:
    text = """
    class Net(nn.Module):
        def forward(self, x):
            return x @ x.new_ones(())  # which no input fits
    """
    subject = alone(OWN, catalog_of(tmp_path, text))
    assert subject.raised is None
    raised = {line.name: line.outcome.raised for line in subject.lines}
    assert raised["printed"] is not None
    assert raised["agreeing"] is not None
    assert raised["agreeing"].line == HEAD.count("\n") + 4
    traced = next(line.outcome for line in subject.lines if line.name == "traced")
    assert traced.verdict == "pass"


def test_a_lazy_layer_counts_as_soon_as_it_has_a_size(tmp_path: Path) -> None:
    text = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.LazyLinear(5)

        def forward(self, x):
            return self.layer(x)
    """
    lines = "counted held stepped round_trip"
    found = only(lines, OWN, catalog_of(tmp_path, text, TEN_FEATURES))
    assert (found["counted"].verdict, found["counted"].found) == ("pass", 55)
    assert (
        found["held"].verdict == found["stepped"].verdict == found["round_trip"].verdict == "pass"
    )


def round_trip_on_the_saving_page(name: str, catalog: Catalog) -> tuple[str, float | None]:
    query = SavingQuery(left=name, right=name, steps=0)
    trip = saving(query, catalog.leaving_out("right")).left.trip
    assert trip
    if not trip.tensors:
        return "na", None
    if trip.load_raised or trip.comparison is None:
        return "fail", None
    return ("pass", None) if trip.comparison.equal else ("fail", trip.comparison.furthest)


@pytest.mark.parametrize("name", SHOWN)
def test_the_saving_page_says_the_same_of_the_round_trip(name: str) -> None:
    query = PreflightQuery(left=name, right=name)
    outcome = only("round_trip", query, COURSE)["round_trip"]
    assert (outcome.verdict, outcome.apart) == round_trip_on_the_saving_page(name, COURSE)


def test_a_lazy_layer_is_saved_once_it_was_called(tmp_path: Path) -> None:
    text = """
    class Net(nn.Sequential):
        def __init__(self):
            super().__init__(nn.LazyLinear(5))
    """
    catalog = catalog_of(tmp_path, text)
    verdict = only("round_trip", OWN, catalog)["round_trip"].verdict
    assert verdict == round_trip_on_the_saving_page("own.Net", catalog)[0] == "pass"


# What PyTorch's tracers cannot follow

FOLLOWED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 10)

    def forward(self, x):
        return self.layer(x)


class Branching(Net):
    def forward(self, x):
        x = self.layer(x)
        return x if x.sum() > 0 else -x


class Counting(Net):
    def forward(self, x):
        return self.layer(x) / len(x)


class Iterating(Net):
    def forward(self, x):
        return torch.stack([self.layer(row) for row in x])


class Unpacking(Net):
    def forward(self, *args):
        x, = args
        return self.layer(x)


class Shaping(Net):
    def forward(self, x):
        if x.shape[1] != 10:
            raise ValueError("10 columns")
        return self.layer(x)


class Numbers(Net):
    def forward(self, x):
        return self.layer(x) * torch.from_numpy(x.detach().numpy())


class Keeping(Net):
    def __init__(self):
        super().__init__()
        self.seen = None

    def forward(self, x):
        self.seen = x.clone()
        return self.layer(x)


class HiddenParameter(Net):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Parameter(torch.ones(10))]

    def forward(self, x):
        return self.layer(x) * self.hidden[0]


class HiddenLayer(Net):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(10, 10)]

    def forward(self, x):
        return self.hidden[0](self.layer(x))


class Activating(Net):
    def forward(self, x):
        return nn.Softmax(dim=1)(self.layer(x))


class HiddenActivation(Net):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.ReLU()]

    def forward(self, x):
        return self.hidden[0](self.layer(x))


class Naming(Net):
    def forward(self, x):
        if isinstance(x, torch.fx.Proxy):
            return not_defined
        return self.layer(x)
"""


def followed(folder: Path, name: str, lines: str = "traced exported") -> dict[str, CheckOutcome]:
    catalog = catalog_of(folder, FOLLOWED, TEN_FEATURES)
    return only(lines, OWN.replace(left=f"own.{name}"), catalog)


@pytest.mark.parametrize(
    "name",
    [
        *("Branching", "Counting", "Iterating", "Shaping", "Numbers", "Naming"),
        *("Activating", "HiddenActivation"),
    ],
)
def test_what_a_tracer_cannot_follow_is_no_fault_of_the_models(tmp_path: Path, name: str) -> None:
    found = followed(tmp_path, name, " ".join(CHECKS))
    model: Any = load(tmp_path).build(f"own.{name}", 0)
    with pytest.raises(Exception) as raised:  # noqa: PT011  # whatever torch.fx says
        torch.fx.symbolic_trace(model)
    traced = found["traced"]
    assert traced.verdict == "na"
    assert traced.raised
    assert (traced.raised.type, traced.raised.message) == (raised.type.__name__, str(raised.value))
    assert {line for line, outcome in found.items() if outcome.verdict == "fail"} == set()


def test_what_torch_export_cannot_follow_is_no_fault_of_the_models(tmp_path: Path) -> None:
    exported = followed(tmp_path, "Branching", "exported")["exported"]
    assert exported.verdict == "na"
    assert exported.raised
    assert "data-dependent" in exported.raised.message


def test_a_hook_that_torch_export_forgets_is_no_change_of_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 2.10 it forgets one where a model raises."""

    def forgetful(*args: object, **options: object) -> None:
        register_module_buffer_registration_hook(lambda module, name, buffer: None)
        raise RuntimeError("data-dependent")

    monkeypatch.setattr(torch.export, "export", forgetful)
    before = ProcessState()
    assert followed(tmp_path, "Branching")["exported"].verdict == "na"
    assert before.differences() == []


def test_what_torch_export_warns_of_is_not_printed(tmp_path: Path) -> None:
    """Warnings are errors here."""
    exported = followed(tmp_path, "Keeping", "exported")["exported"]
    assert (exported.verdict, exported.raised) == ("pass", None)


def test_torch_export_is_not_asked_of_more_modules_than_it_is_quick_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_checks, "MOST_MODULES", 3)
    exported = followed(tmp_path, "HiddenLayer", "exported")["exported"]
    assert exported.verdict == "fail"
    monkeypatch.setattr(graph_checks, "MOST_MODULES", 2)
    exported = followed(tmp_path, "HiddenLayer", "exported")["exported"]
    assert (exported.verdict, exported.too_large) == ("na", 3)


def test_arguments_that_are_unpacked_are_traced(tmp_path: Path) -> None:
    assert followed(tmp_path, "Unpacking", "traced")["traced"].verdict == "pass"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("HiddenLayer", "module is not installed as a submodule"),
        ("HiddenParameter", "parameter is not a member of this module"),
    ],
)
def test_what_proves_that_something_is_not_registered_fails(
    tmp_path: Path, name: str, message: str
) -> None:
    found = followed(tmp_path, name)
    assert found["traced"].verdict == "fail"
    assert found["traced"].raised
    assert found["traced"].raised.message == message
    assert found["exported"].verdict == "fail"


# One input


def test_a_forward_that_changes_its_input_in_place_changes_no_verdict(tmp_path: Path) -> None:
    text = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(10, 5)

        def forward(self, x):
            return self.layer(x.add_(1))
    """
    found = only("agreeing round_trip", OWN, catalog_of(tmp_path, text))
    assert [outcome.verdict for outcome in found.values()] == ["pass", "pass"]


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        preflight(PreflightQuery(left="containers.Nobody"), COURSE)
    with pytest.raises(InvalidParameter):
        preflight(PreflightQuery(device="cuda:99"), COURSE)
